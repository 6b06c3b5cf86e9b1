import { accountStates } from '@keystone/agent/schedulers/simulated/core/associations.ts';
import { readDesiredAccounts } from '@keystone/lambdas/workers/desired-accounts.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { dayOf } from '@keystone/shared/domain/calendar.ts';
import { settleAccount } from '@keystone/shared/domain/entitlements.ts';
import { limitMinutes, remainingSeconds } from '@keystone/shared/domain/limit.ts';
import { chargeKey } from '@keystone/shared/store/ledger/ledger-keys.ts';
import { factsOf } from '@keystone/shared/store/ledger/ledger-records.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import type { ClusterScheduler } from '../cluster/cluster-scheduler.ts';
import type { Tables } from '../store/tables.ts';

export interface CheckedCluster {
  readonly id: number;
  readonly scheduler: ClusterScheduler;
}

/** Runs whose charge is missing, or is not what the scheduler's row says. */
export function wrongCharges(tables: Tables, ledger: string, { id, scheduler }: CheckedCluster): string[] {
  const wrong: string[] = [];
  for (const run of scheduler.final.values()) {
    const charge = tables.get(ledger, chargeKey({ cluster: id, ...run }).pk, 'A');
    const told = `run ${run.jobIdRaw} of ${new Date(run.submit * 1000).toISOString()} on cluster ${id}`;
    if (!charge) wrong.push(`${told} has no charge`);
    else if (charge['facts']?.S !== factsOf(run))
      wrong.push(
        `${told} is charged ${charge['seconds']?.N} s by another row; the last word is ${billableSeconds(run)} s`,
      );
    if (wrong.length === 5) break;
  }
  return wrong;
}

/** A limit is left alone where it is less than a minute off, and rounded to whole ones. */
const TOLERANCE_MINUTES = 2;

function isOff(limit: number | null, wanted: number): boolean {
  if (limit === null || (wanted === 0) !== (limit === 0)) return true;
  return Math.abs(limit - wanted) > TOLERANCE_MINUTES;
}

/** Accounts of a cluster that are not what the pure rules make of what people decided last and of what was used. */
export async function wrongAccounts(
  control: ControlTable,
  { id, scheduler }: CheckedCluster,
  seconds: number,
  zone: string,
): Promise<string[]> {
  const today = dayOf(seconds, zone);
  const states = new Map(accountStates(scheduler.state).map((account) => [account.account, account]));
  const desired = await readDesiredAccounts(control, id, new Set(), today);
  return desired.flatMap(({ account, locked, members, credits, awards }) => {
    const usage = scheduler.usageOf(account);
    const runsTotal = usage.reduce((sum, day) => sum + day.seconds, 0);
    const { grants, baseline } = settleAccount(awards, usage);
    const remaining = remainingSeconds({ grants, baseline, credits, runsTotal }, [], today);
    const { used: counter, running } = scheduler.standing(account);
    const wanted = limitMinutes(remaining, { counter, running });
    const told = `account ${account} of cluster ${id}`;
    const found = states.get(account);
    if (!found) return [`${told} is not there`];
    const free = found.members.filter(({ blocked }) => !blocked).map(({ user }) => user);
    const wrong: string[] = [];
    const limit = found.limitMinutes;
    if (limit === null || isOff(limit, wanted))
      wrong.push(`${told} has a limit of ${limit} min where the rules say ${wanted}`);
    if (found.locked !== locked) wrong.push(`${told} is ${found.locked ? '' : 'not '}locked`);
    if (free.sort().join() !== [...members].sort().join())
      wrong.push(`${told} has the members ${free.join()} where ${members.join()} are in the team`);
    return wrong;
  });
}
