import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { keyItem, toItem } from '../table/items.ts';
import { padded, type Listing } from '../table/kinds.ts';
import type { Key } from '../table/records.ts';
import { idOf, relationsAfter, relationsBefore, type TrackedRecords } from '../table/tracked-record.ts';

/** What happens to an item that lists children: some are written anew, some go. */
interface ListChange {
  list: Key;
  put: Listing[];
  gone: Listing[];
}

/**
 * One write for each item of children that changes. It adds and takes out single children, so that two units of work
 * leave what both did.
 */
export function listingActions(table: string, records: TrackedRecords): TransactWriteItem[] {
  const changes = new Map<string, ListChange>();
  const changeOf = ({ list }: Listing): ListChange => {
    const known = changes.get(idOf(list)) ?? { list, put: [], gone: [] };
    changes.set(idOf(list), known);
    return known;
  };
  for (const entry of records.values()) {
    const before = byPlace(relationsBefore(entry).listings);
    const after = byPlace(relationsAfter(entry).listings);
    for (const [place, listing] of after)
      if (JSON.stringify(before.get(place)) !== JSON.stringify(listing)) changeOf(listing).put.push(listing);
    for (const [place, listing] of before) if (!after.has(place)) changeOf(listing).gone.push(listing);
  }
  return [...changes.values()].map((change) => listAction(table, change));
}

const byPlace = (listings: readonly Listing[]) =>
  new Map(listings.map((listing) => [`${idOf(listing.list)}\n${listing.child}`, listing]));

function listAction(TableName: string, { list, put, gone }: ListChange): TransactWriteItem {
  const sets = ['#_v = if_not_exists(#_v, :_v)', ...put.map(({ child }) => `#c${child} = :c${child}`)];
  const removes = gone.map(({ child }) => `#c${child}`);
  const names = [...put, ...gone].map(({ child }) => [`#c${child}`, padded(child)]);
  const values = put.map(({ child, attributes }) => [`:c${child}`, attributes]);
  return {
    Update: {
      TableName,
      Key: keyItem(list),
      UpdateExpression: `SET ${sets.join(', ')}${removes.length > 0 ? ` REMOVE ${removes.join(', ')}` : ''}`,
      ExpressionAttributeNames: { '#_v': '_v', ...Object.fromEntries(names) },
      ExpressionAttributeValues: toItem({ ':_v': 1, ...Object.fromEntries(values) }),
    },
  };
}
