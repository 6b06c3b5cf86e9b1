import { createHash } from 'node:crypto';
import { MAX_RECORDS_PER_SEGMENT, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { billableSeconds, UnbillableRunError } from '@keystone/shared/domain/billing.ts';
import { dayOf } from '@keystone/shared/domain/calendar.ts';
import { canonicalJson } from '@keystone/shared/domain/policy-content.ts';
import { keyOf, type KnownRun, type KnownRuns } from './known-runs.ts';
import type { AccountDaySum } from './own-runs.ts';

/** JSON of a segment's records: gzip of it stays below the broker's 128 kB, whatever it holds. */
const MAX_RECORDS_JSON_CHARS = 100_000;

/** A run whose row is new, or differs from the one that was spooled before. */
export interface NewRun {
  record: UsageRecord;
  facts: KnownRun;
  /** Whether another row of it was spooled before. */
  revision: boolean;
  /** What it adds to what its account used, in billing-seconds; negative for a row that shrank. */
  added: number;
}

/** Runs that were not spooled yet as they are now. Where a key comes twice, the later row holds. */
export function newRuns(rows: readonly UsageRecord[], known: KnownRuns): NewRun[] {
  const latest = new Map(rows.map((record) => [keyOf(record), record]));
  return [...latest.values()].flatMap((record) => {
    const facts = factsOf(record);
    const before = known.find(record);
    if (before?.digest === facts.digest) return [];
    return [{ record, facts, revision: before !== undefined, added: facts.billed - (before?.billed ?? 0) }];
  });
}

function factsOf(record: UsageRecord): KnownRun {
  return {
    jobIdRaw: record.jobIdRaw,
    submit: record.submit,
    digest: createHash('sha256').update(canonicalJson(record)).digest().toString('base64url', 0, 12),
    billed: billedOf(record),
    end: record.end,
  };
}

/** A run whose charge can't be told goes to the ledger, which keeps it aside for a person; here it counts for nothing. */
function billedOf(record: UsageRecord): number {
  try {
    return billableSeconds(record);
  } catch (error) {
    if (error instanceof UnbillableRunError) return 0;
    throw error;
  }
}

/**
 * Splits runs into segments, sorted by account, user and end day, so that the ledger's transaction for one touches
 * few balances and day rows. Runs whose row changed get segments of their own: those wait for the ones before.
 */
export function intoSegments(runs: readonly NewRun[], zone: string): NewRun[][] {
  const sorted = runs
    .map((run) => ({ run, order: orderOf(run, zone), chars: JSON.stringify(run.record).length + 1 }))
    .sort((a, b) => (a.order < b.order ? -1 : a.order > b.order ? 1 : 0));
  const segments: NewRun[][] = [];
  let chars = Infinity;
  for (const { run, chars: more } of sorted) {
    const open = segments.at(-1);
    const fits = chars + more <= MAX_RECORDS_JSON_CHARS && open?.at(-1)?.revision === run.revision;
    if (!open || open.length === MAX_RECORDS_PER_SEGMENT || !fits) {
      segments.push([run]);
      chars = more;
    } else {
      open.push(run);
      chars += more;
    }
  }
  return segments;
}

function orderOf({ record, revision }: NewRun, zone: string): string {
  const { account, user, end, jobIdRaw, submit } = record;
  return [Number(revision), account, user, dayOf(end, zone), pad(jobIdRaw), pad(submit)].join('\0');
}

const pad = (figure: number): string => String(figure).padStart(16, '0');

/** What the runs of a segment add to each account, by start day. */
export function sumsOf(runs: readonly NewRun[], zone: string): AccountDaySum[] {
  const sums = new Map<string, AccountDaySum>();
  for (const { record, added } of runs) {
    if (added === 0) continue;
    const day = dayOf(record.start ?? record.end, zone);
    const key = `${record.account}\0${day}`;
    const sum = sums.get(key) ?? { account: record.account, day, seconds: 0 };
    sum.seconds += added;
    sums.set(key, sum);
  }
  return [...sums.values()];
}
