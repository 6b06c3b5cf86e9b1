import { isAccountName } from '@keystone/shared/domain/names.ts';
import type { Counter } from '../scheduler.ts';
import type { CommandRunner } from './command-runner.ts';
import { parseCounters, type AssociationCounter } from './parse-counters.ts';
import { parseReservations } from './parse-jobs.ts';
import { read } from './slurm-answers.ts';
import { reservingJobs, showCounters } from './read-arguments.ts';

export interface CounterSource {
  readonly runner: CommandRunner;
  readonly cluster: string;
  /** Each account's parent: what runs below an account is in its counter. */
  readonly parents: ReadonlyMap<string, string>;
}

/** Names in one command line. */
const BATCH = 500;
const ATTEMPTS = 5;

/**
 * Counters, and which part of them belongs to running jobs. Slurm does not tell that part; it tells what running jobs may
 * still use, and with each job's whole reservation the difference is what they have used up to the last tick. That holds
 * only at one moment: the counters are read before and after the jobs, and an account that changed is read again.
 */
export async function readCounters(
  source: CounterSource,
  accounts: readonly string[],
): Promise<Map<string, Counter>> {
  const counters = new Map<string, Counter>();
  let left = accounts.filter(isAccountName);
  for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt += 1) {
    const before = await countersOf(source, left);
    const reservations = await reservationsBelow(source);
    const after = await countersOf(source, left);
    for (const [account, counter] of after) {
      if (isSame(before.get(account), counter))
        counters.set(account, split(counter, reservations.get(account) ?? 0));
    }
    left = left.filter((account) => after.has(account) && !counters.has(account));
  }
  return counters;
}

/**
 * In the whole minutes in which Slurm itself compares: limit - used - reserved is what it lets start, so a limit made of
 * these figures is exact. After the counter was set to 0 by hand the running part is more than the counter.
 */
function split({ usedMinutes, reservedMinutes }: AssociationCounter, wholeMinutes: number): Counter {
  return {
    counterSeconds: usedMinutes * 60,
    runningSeconds: Math.max(0, wholeMinutes - reservedMinutes) * 60,
  };
}

async function countersOf(
  { runner, cluster }: CounterSource,
  accounts: readonly string[],
): Promise<Map<string, AssociationCounter>> {
  const counters = new Map<string, AssociationCounter>();
  for (let start = 0; start < accounts.length; start += BATCH) {
    const output = await read(runner, 'scontrol', showCounters(accounts.slice(start, start + BATCH)));
    for (const [account, counter] of parseCounters(output, cluster)) counters.set(account, counter);
  }
  return counters;
}

/** Reserved billing-minutes by account, each with those of the accounts below it. */
async function reservationsBelow({ runner, parents }: CounterSource): Promise<Map<string, number>> {
  const own = parseReservations(await read(runner, 'squeue', reservingJobs));
  const total = new Map<string, number>();
  for (const [account, minutes] of own) {
    for (const ancestor of lineOf(account, parents))
      total.set(ancestor, (total.get(ancestor) ?? 0) + minutes);
  }
  return total;
}

/** An account and all above it. */
function lineOf(account: string, parents: ReadonlyMap<string, string>): Set<string> {
  const line = new Set<string>();
  for (
    let name: string | undefined = account;
    name !== undefined && !line.has(name);
    name = parents.get(name)
  )
    line.add(name);
  return line;
}

const isSame = (a: AssociationCounter | undefined, b: AssociationCounter): boolean =>
  a !== undefined && a.usage === b.usage && a.reservedMinutes === b.reservedMinutes;
