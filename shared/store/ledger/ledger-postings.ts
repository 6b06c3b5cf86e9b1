import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { keyItem, toItem } from '../table/items.ts';
import {
  balanceKey,
  dayAttribute,
  monthKey,
  segmentAttribute,
  segmentKey,
  userDayKey,
} from './ledger-keys.ts';
import type { Charge } from './ledger-records.ts';
import type { Key } from '../table/records.ts';
import { TTL_ATTRIBUTE } from '../table/tables.ts';

/** What is added to one sum of the ledger, and the names that the item carries for its readers. */
export interface Posting {
  key: Key;
  names: Record<string, string | number>;
  add: Record<string, number>;
}

/** Postings by item: a transaction may touch each item once, so they are merged before it is written. */
export type Postings = Map<string, Posting>;

/** Where a transaction's sums go. */
export interface PostingPlace {
  shard: number;
  /** When the sums by segment may be forgotten, in Unix seconds. */
  segmentsUntil: number;
}

/** What a charge adds to the sums that hold it: balance, start day, user's day. `sign` -1 takes it out again. */
function postingsOf(charge: Charge, shard: number, sign: 1 | -1): Posting[] {
  const { cluster, account, user, day, startDay } = charge;
  const seconds = sign * charge.seconds;
  return [
    {
      key: balanceKey(cluster, account, shard),
      names: { cluster, account },
      add: { seconds, jobs: sign },
    },
    {
      key: monthKey(cluster, account, startDay, shard),
      names: { cluster, account, month: startDay.slice(0, 7) },
      add: { [dayAttribute(startDay)]: seconds },
    },
    {
      key: userDayKey({ cluster, account, user, day }, shard),
      names: { cluster, account, user, day },
      add: { seconds, jobs: sign },
    },
  ];
}

/**
 * Adds what a charge changes to the sums: all of it where it is new; where it replaces one, that one is taken out of
 * the sums that it was in, which need not be the same (a late change of a row can move its end, or its account).
 */
export function addPostings(
  into: Postings,
  charge: Charge,
  replaced: Charge | undefined,
  place: PostingPlace,
): void {
  const { shard } = place;
  const postings = [...(replaced ? postingsOf(replaced, shard, -1) : []), ...postingsOf(charge, shard, 1)];
  for (const posting of postings) merge(into, posting);
  if (replaced) merge(into, segmentPosting(charge, replaced, -1, place));
  merge(into, segmentPosting(charge, charge, 1, place));
}

/**
 * What the segment of a charge added to the runs of an account: an agent that knows up to which segment a policy's
 * figures go adds what it sent since, so the builder has to tell the one from the other.
 */
function segmentPosting(
  { cluster, epoch, segment }: Charge,
  { startDay, account, seconds }: Charge,
  sign: 1 | -1,
  { segmentsUntil }: PostingPlace,
): Posting {
  return {
    key: segmentKey(cluster, { epoch, segment }),
    names: { cluster, epoch, segment, [TTL_ATTRIBUTE]: segmentsUntil },
    add: { [segmentAttribute(startDay, account)]: sign * seconds },
  };
}

function merge(into: Postings, { key, names, add }: Posting): void {
  const id = `${key.pk}\n${key.sk}`;
  const known = into.get(id);
  const sums = { ...known?.add };
  for (const [attribute, delta] of Object.entries(add)) sums[attribute] = (sums[attribute] ?? 0) + delta;
  into.set(id, { key, names, add: sums });
}

/** The writes of postings, unconditional: what was used always lands. Sums that do not move are not written. */
export function postingActions(table: string, postings: Postings): TransactWriteItem[] {
  return [...postings.values()].flatMap((posting) => {
    const moved = Object.entries(posting.add).filter(([, delta]) => delta !== 0);
    return moved.length > 0 ? [postingAction(table, posting, moved)] : [];
  });
}

/** The shape of an item is that of who made it: one of a newer shape keeps it. */
const SHAPE_ONCE = '#_v = if_not_exists(#_v, :_v)';

function postingAction(
  TableName: string,
  { key, names }: Posting,
  moved: [string, number][],
): TransactWriteItem {
  const set = Object.entries(names);
  // Aliases by position: an account in an attribute's name may hold anything.
  const all = [...set, ...moved];
  const clause = (from: number, to: number, sign: string) =>
    all
      .slice(from, to)
      .map((_, at) => `#n${from + at}${sign}:v${from + at}`)
      .join(', ');
  return {
    Update: {
      TableName,
      Key: keyItem(key),
      UpdateExpression: `SET ${SHAPE_ONCE}, ${clause(0, set.length, ' = ')} ADD ${clause(set.length, all.length, ' ')}`,
      ExpressionAttributeNames: Object.fromEntries([
        ...all.map(([name], at) => [`#n${at}`, name]),
        ['#_v', '_v'],
      ]),
      ExpressionAttributeValues: toItem({
        ...Object.fromEntries(all.map(([, value], at) => [`:v${at}`, value])),
        ':_v': 1,
      }),
    },
  };
}
