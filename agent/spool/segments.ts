import { hash } from 'node:crypto';
import { MAX_RECORDS_PER_SEGMENT, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { billableSeconds, UnbillableRunError } from '@keystone/shared/domain/billing.ts';
import type { HourDays } from './hour-days.ts';
import { keyOf, type KnownRun, type RunKey } from './known-runs.ts';
import type { AccountDaySum } from './own-runs.ts';

/** JSON of a segment's records: gzip of it stays below the broker's 128 kB, whatever it holds. */
const MAX_RECORDS_JSON_CHARS = 100_000;

/** 96 bits, as base64url. */
const DIGEST_CHARS = 16;

/** A run whose row is new, or differs from the one that was spooled before. */
export interface NewRun {
  record: UsageRecord;
  /** Length of the record's JSON. */
  chars: number;
  facts: KnownRun;
  /** Whether another row of it was spooled before. */
  revision: boolean;
  /** What it adds to what its account used, in billing-seconds; negative for a row that shrank. */
  added: number;
}

/** What was spooled before. */
export interface RunMemory {
  find(key: RunKey): KnownRun | undefined;
}

/**
 * Runs that were not spooled yet as they are now. Where a key comes twice, the later row holds.
 *
 * @param again also those that were
 */
export function newRuns(rows: readonly UsageRecord[], known: RunMemory, again = false): NewRun[] {
  const latest = new Map(rows.map((record) => [keyOf(record), record]));
  const news: NewRun[] = [];
  for (const record of latest.values()) {
    const text = textOf(record);
    const digest = hash('sha256', text, 'base64url').slice(0, DIGEST_CHARS);
    const before = known.find(record);
    if (before?.digest === digest && !again) continue;
    const { jobIdRaw, submit, end } = record;
    const facts = { jobIdRaw, submit, digest, billed: billedOf(record, before), end };
    const added = facts.billed - (before?.billed ?? 0);
    news.push({ record, chars: text.length, facts, revision: before !== undefined, added });
  }
  return news;
}

/** The canonical JSON of a record: its keys in order, whatever order the record has. */
function textOf(record: UsageRecord): string {
  return JSON.stringify({
    account: record.account,
    allocTres: record.allocTres,
    elapsed: record.elapsed,
    eligible: record.eligible,
    end: record.end,
    exitCode: record.exitCode,
    jobId: record.jobId,
    jobIdRaw: record.jobIdRaw,
    nodeList: record.nodeList,
    nodes: record.nodes,
    partition: record.partition,
    qos: record.qos,
    start: record.start,
    state: record.state,
    submit: record.submit,
    suspended: record.suspended,
    timeLimit: record.timeLimit,
    totalCpu: record.totalCpu,
    user: record.user,
  } satisfies UsageRecord);
}

/** A run whose charge can't be told goes to the ledger, which keeps it aside for a person; until then what it said before holds. */
function billedOf(record: UsageRecord, before: KnownRun | undefined): number {
  try {
    return billableSeconds(record);
  } catch (error) {
    if (error instanceof UnbillableRunError) return before?.billed ?? 0;
    throw error;
  }
}

/**
 * Splits runs into segments, sorted by account, user and end day, so that the ledger's transaction for one touches
 * few balances and day rows. Runs whose row changed get segments of their own: those wait for the ones before.
 */
export function intoSegments(runs: readonly NewRun[], days: HourDays): NewRun[][] {
  const segments: NewRun[][] = [];
  let chars = Infinity;
  for (const run of inOrder(runs, days)) {
    const more = run.chars + 1;
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

function inOrder(runs: readonly NewRun[], days: HourDays): NewRun[] {
  const group = ({ record, revision }: NewRun): string =>
    `${Number(revision)}\0${record.account}\0${record.user}\0${days.of(record.end)}`;
  return runs
    .map((run) => ({ run, group: group(run) }))
    .sort((a, b) => {
      if (a.group !== b.group) return a.group < b.group ? -1 : 1;
      const [one, other] = [a.run.record, b.run.record];
      return one.jobIdRaw - other.jobIdRaw || one.submit - other.submit;
    })
    .map(({ run }) => run);
}

/** What the runs of a segment add to each account, by start day. */
export function sumsOf(runs: readonly NewRun[], days: HourDays): AccountDaySum[] {
  const sums = new Map<string, AccountDaySum>();
  for (const { record, added } of runs) {
    if (added === 0) continue;
    const day = days.of(record.start ?? record.end);
    const key = `${record.account}\0${day}`;
    const sum = sums.get(key) ?? { account: record.account, day, seconds: 0 };
    sum.seconds += added;
    sums.set(key, sum);
  }
  return [...sums.values()];
}
