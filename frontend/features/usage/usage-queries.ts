import type { Balance } from '../../lib/api/records.ts';
import { MOST_PAST_DAYS, pastOf } from '../burn-down/past-days.ts';
import type { AccountOfCluster } from './usage-address.ts';

export const balancesOf = (teams: readonly number[]) => ({ team__in: [...teams] });

export const balanceOf = ({ cluster, account }: AccountOfCluster) => ({ cluster, account });

/** The days that a balance's burn-down shows. */
export function daysOf(balance: Pick<Balance, 'cluster' | 'account' | 'as_of' | 'grants'>) {
  const { from, to } = pastOf(balance);
  return { cluster: balance.cluster, account: balance.account, from, to, _limit: MOST_PAST_DAYS };
}
