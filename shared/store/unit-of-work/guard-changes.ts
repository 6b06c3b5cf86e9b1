import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { keyItem, toItem } from '../table/items.ts';
import type { Key } from '../table/records.ts';
import { setItem } from '../table/set-item.ts';
import {
  relationsAfter,
  relationsBefore,
  type Tracked,
  type TrackedRecords,
} from '../table/tracked-record.ts';

/** The item that holds a unique value, so that no second record takes it. */
export const guardKey = (value: string): Key => ({ pk: `U#${value}`, sk: 'A' });

/** The record of a unit of work that will hold a unique value, or undefined. */
export function holderOf(records: TrackedRecords, value: string): Tracked | undefined {
  return [...records.values()].find((entry) => relationsAfter(entry).guards.includes(value));
}

/** True where a record of the unit of work holds a unique value that it gives up. */
export function isGivenUp(records: TrackedRecords, value: string): boolean {
  return [...records.values()].some(
    (entry) => relationsBefore(entry).guards.includes(value) && !relationsAfter(entry).guards.includes(value),
  );
}

/** One write for each unique value that is taken, given up, or passed from one record to another. */
export function guardActions(table: string, records: TrackedRecords): TransactWriteItem[] {
  const before = new Map<string, number>();
  const after = new Map<string, number>();
  for (const entry of records.values()) {
    for (const value of relationsBefore(entry).guards) before.set(value, ownerId(entry));
    for (const value of relationsAfter(entry).guards) after.set(value, ownerId(entry));
  }
  const taken = [...after]
    .filter(([value, owner]) => before.get(value) !== owner)
    .map(([value, owner]) => takeGuard(table, value, owner, before.get(value)));
  const left = [...before.keys()]
    .filter((value) => !after.has(value))
    .map((value) => ({ Delete: { TableName: table, Key: keyItem(guardKey(value)) } }));
  return [...taken, ...left];
}

function takeGuard(table: string, value: string, owner: number, from: number | undefined): TransactWriteItem {
  const key = guardKey(value);
  if (from !== undefined) {
    const still = { expression: '#id = :from', values: { ':from': from } };
    return { Update: setItem(table, key, { id: owner }, still) };
  }
  const Item = toItem({ ...key, _v: 1, id: owner });
  return { Put: { TableName: table, Item, ConditionExpression: 'attribute_not_exists(pk)' } };
}

function ownerId({ kind, after }: Tracked): number {
  if ('id' in after) return after.id;
  throw new Error(`${kind} has unique values and no id to guard them by`);
}
