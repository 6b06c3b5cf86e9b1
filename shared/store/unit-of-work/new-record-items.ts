import { auditAction, changesOf, nextClockId, type Actor } from './audit.ts';
import { guardActions } from './guard-changes.ts';
import { toItem, type Item } from '../table/items.ts';
import { kinds, padded, type Listing } from '../table/kinds.ts';
import { recordActions } from './record-actions.ts';
import type { Key, Kind, RecordShapes } from '../table/records.ts';
import { idOf, type Tracked } from '../table/tracked-record.ts';

/** A record that is yet to be written; `NewRecord<'user' | 'team'>` is one of either. */
export type NewRecord<K extends Kind = Kind> = { [P in K]: { kind: P; fields: RecordShapes[P] } }[K];

/**
 * All items of new records, as units of work leave them that create one each: for filling a table of which nobody reads
 * yet, without a transaction for each. Parents of listed children must be new as well: their lists come last, whole.
 */
export function* newRecordItems<K extends Kind>(
  records: Iterable<NewRecord<K>>,
  actor: Actor,
  now: () => Date,
): Generator<Item> {
  const lists = new Map<string, Listing[]>();
  for (const { kind, fields } of records) {
    yield* itemsOf(kind, fields, actor, now());
    for (const listing of kinds[kind].listings(fields)) {
      const known = lists.get(idOf(listing.list)) ?? [];
      lists.set(idOf(listing.list), [...known, listing]);
    }
  }
  for (const [listing, ...others] of lists.values())
    if (listing) yield listItem(listing.list, [listing, ...others]);
}

function itemsOf<K extends Kind>(kind: K, fields: RecordShapes[K], actor: Actor, now: Date): Item[] {
  const key = kinds[kind].key(fields);
  const entry: Tracked<K> = {
    kind,
    key,
    before: undefined,
    after: fields,
    version: 0,
    state: 'changed',
    raw: {},
    hidden: false,
  };
  const id = nextClockId(now);
  const change = { kind, key, action: 'create' as const, changes: changesOf(kind, undefined, fields) };
  const actions = [
    ...recordActions('', entry, id),
    ...guardActions('', new Map([[idOf(key), entry]])),
    auditAction('', change, actor, now, id),
  ];
  return actions.map(({ Put }) => {
    if (!Put?.Item) throw new Error(`a new ${kind} is made of puts alone`);
    return Put.Item;
  });
}

const listItem = (list: Key, listings: readonly Listing[]): Item =>
  toItem({
    ...list,
    _v: 1,
    ...Object.fromEntries(listings.map(({ child, attributes }) => [padded(child), attributes])),
  });
