import Link from 'next/link';
import type { Balance } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { BurnDownFigure } from '../burn-down/burn-down-figure.tsx';
import { usageAddress } from './usage-address.ts';
import { useHistory } from './use-usage.ts';

const words = strings.usage;

/** How a balance came down, in short, and the way to the rest. */
export function BalanceCourse({ balance }: { balance: Balance }) {
  const { history, error, refetch } = useHistory(balance);
  if (!history)
    return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <Skeleton rows={4} />;
  return (
    <>
      <BurnDownFigure balance={balance} history={history} size="small" />
      <Link href={usageAddress(balance)} className="self-start font-medium text-accent hover:underline">
        {words.open}
        <span className="sr-only"> {words.openOf(balance.account, balance._cluster.name)}</span>
      </Link>
    </>
  );
}
