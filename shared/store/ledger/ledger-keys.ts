import { createHash } from 'node:crypto';
import type { Day } from '../../domain/calendar.ts';
import type { Revision } from '../../domain/charges.ts';
import type { Key } from '../table/records.ts';
import type { LedgerTable } from '../table/tables.ts';

/** Partitions of an account's day in the index of charges: an unsharded one would hold back the table's own writes. */
export const CHARGE_INDEX_SHARDS = 8;

/** Names come from a scheduler and may hold anything; `#` separates the parts of a key. */
export const escapeName = (name: string) => name.replaceAll('%', '%25').replaceAll('#', '%23');

/** What identifies one run of a job. */
export interface RunIdentity {
  cluster: number;
  jobIdRaw: number;
  submit: number;
}

const hash8 = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 8);
const digits = (value: number, places = 10) => String(value).padStart(places, '0');
/** Numbers of segments go up to 2^53. */
const revisionDigits = ({ epoch, segment }: Revision) => `${digits(epoch)}#${digits(segment, 16)}`;

/** The natural key of a charge, spread by its hash so that no partition takes a cluster's writes. */
export function chargeKey({ cluster, jobIdRaw, submit }: RunIdentity): Key {
  const name = `${cluster}#${jobIdRaw}#${submit}`;
  return { pk: `CHG#${hash8(name)}#${name}`, sk: 'A' };
}

/** What a charge was before a revision replaced it, beside the charge, in the order of revisions. */
export const revisionKey = (charge: Key, revision: Revision): Key => ({
  pk: charge.pk,
  sk: `R#${revisionDigits(revision)}`,
});

/** Index partition of a charge: its account's end day, and a shard of it. */
export const chargeIndexKey = (cluster: number, account: string, day: Day, shard: number) =>
  `${cluster}#${escapeName(account)}#${day}#${shard}`;

/** Which index shard a charge lies in. */
export const chargeIndexShard = (charge: Key) =>
  Number.parseInt(charge.pk.slice(4, 12), 16) % CHARGE_INDEX_SHARDS;

/** Order within an index partition: by end. */
export const chargeIndexOrder = ({ end, jobIdRaw }: { end: number; jobIdRaw: number }) =>
  `${digits(end)}#${jobIdRaw}`;

const balancePk = (cluster: number, account: string, shard: number) =>
  `BAL#${cluster}#${escapeName(account)}#${shard}`;

export const balanceKey = (cluster: number, account: string, shard: number): Key => ({
  pk: balancePk(cluster, account, shard),
  sk: 'A',
});

export const MONTH_PREFIX = 'S#';

/** Runs of a month by start day, beside the balance. */
export const monthKey = (cluster: number, account: string, day: Day, shard: number): Key => ({
  pk: balancePk(cluster, account, shard),
  sk: `${MONTH_PREFIX}${day.slice(0, 7)}`,
});

/** The attribute of a month item that holds a day's runs: d01 to d31. */
export const dayAttribute = (day: Day) => `d${day.slice(8)}`;

export interface UserDay {
  cluster: number;
  account: string;
  user: string;
  day: Day;
}

export const userDayKey = ({ cluster, account, user, day }: UserDay, shard: number): Key => ({
  pk: `DAY#${cluster}#${escapeName(account)}#${escapeName(user)}#${day}#${shard}`,
  sk: 'A',
});

/** What a segment of the agent's added, beside the other segments of its cluster in the order of their sending. */
export const segmentKey = (cluster: number, revision: Revision): Key => ({
  pk: `SEG#${cluster}`,
  sk: revisionDigits(revision),
});

/** The attribute of a segment's item that holds what it added to an account on a start day. */
export const segmentAttribute = (day: Day, account: string) => `${day} ${account}`;

/** Tells day and account from such an attribute. */
export const segmentAttributePattern = /^(\d{4}-\d\d-\d\d) (.*)$/s;

export const shardsOf = (ledger: LedgerTable): number[] =>
  Array.from({ length: ledger.shards ?? 1 }, (_, shard) => shard);
