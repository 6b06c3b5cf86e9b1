import { GetItemCommand, QueryCommand, type QueryCommandInput } from '@aws-sdk/client-dynamodb';
import { roleSchema } from '../../contracts/rest/fields.ts';
import type { Role } from '../../domain/rights.ts';
import { itemsFrom, type ItemSource } from './gathered-reads.ts';
import { fromItem, keyItem, readRecord, type Item } from './items.ts';
import { entitlementKey, keyOf, prefixes, type NumberedKind } from './kinds.ts';
import type { Key, Stored } from './records.ts';
import type { ControlTable } from './tables.ts';

/** An item, read strongly consistently, or undefined. */
export async function readItem(table: ControlTable, key: Key): Promise<Item | undefined> {
  const { Item } = await table.client.send(
    new GetItemCommand({ TableName: table.table, Key: keyItem(key), ConsistentRead: true }),
  );
  return Item;
}

/** All items of a key, or those whose sk begins with a prefix, in order, strongly consistent. */
export async function queryItems(
  table: ControlTable,
  pk: string,
  prefix = '',
  options: Pick<QueryCommandInput, 'ScanIndexForward' | 'Limit'> = {},
): Promise<Item[]> {
  const items: Item[] = [];
  let start: Item | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.table,
        ConsistentRead: true,
        KeyConditionExpression: prefix ? 'pk = :pk AND begins_with(sk, :sk)' : 'pk = :pk',
        ExpressionAttributeValues: { ':pk': { S: pk }, ...(prefix && { ':sk': { S: prefix } }) },
        ...(start && { ExclusiveStartKey: start }),
        ...options,
      }),
    );
    items.push(...(page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start && (options.Limit === undefined || items.length < options.Limit));
  return items;
}

/** A record by id, or undefined where there is none or a deletion hid it. */
export async function readNumbered<K extends NumberedKind>(
  table: ControlTable,
  kind: K,
  id: number,
): Promise<Stored<K> | undefined> {
  const item = await readItem(table, keyOf(kind, id));
  const record = item && readRecord(kind, item);
  return record?.hidden ? undefined : record;
}

/** Records by id in any number, hidden ones included (a reference to a closed record still shows its name). */
export async function readMany<K extends NumberedKind>(
  source: ItemSource,
  kind: K,
  ids: Iterable<number>,
): Promise<Map<number, Stored<K>>> {
  const items = await itemsFrom(
    source,
    [...new Set(ids)].map((id) => keyOf(kind, id)),
  );
  return new Map(items.map((item) => readRecord(kind, item)).map((record) => [record.fields.id, record]));
}

/** The record whose unique value a guard holds. */
export async function readByGuard<K extends NumberedKind>(
  table: ControlTable,
  kind: K,
  guard: string,
): Promise<Stored<K> | undefined> {
  const item = await readItem(table, { pk: `U#${guard}`, sk: 'A' });
  const id = item && fromItem(item)['id'];
  return typeof id === 'number' ? readNumbered(table, kind, id) : undefined;
}

/** What an account was awarded on a cluster. */
export async function readEntitlement(
  table: ControlTable,
  cluster: number,
  account: string,
): Promise<Stored<'entitlement'> | undefined> {
  const item = await readItem(table, entitlementKey(cluster, account));
  return item && readRecord('entitlement', item);
}

/** All entitlement rows of a cluster. */
export async function readClusterEntitlements(
  table: ControlTable,
  cluster: number,
): Promise<Stored<'entitlement'>[]> {
  const items = await queryItems(table, `CL#${cluster}`, 'ENT#');
  return items.map((item) => readRecord('entitlement', item));
}

/** Clusters on which a team has an entitlement row: whose policy a change of the team concerns. */
export async function readTeamClusters(table: ControlTable, team: number): Promise<number[]> {
  const items = await queryItems(table, `TEAM#${team}`, 'ENT#');
  return items.map((item) => Number(item['sk']?.S?.slice('ENT#'.length)));
}

/** A member as a team's edge tells it. */
export interface TeamMember {
  membership: number;
  user: number;
  username: string;
  role: Role;
  active: boolean;
}

/** A team's members from its edges, one query. */
export async function readTeamMembers(table: ControlTable, team: number): Promise<TeamMember[]> {
  const items = await queryItems(table, `TEAM#${team}`, `${prefixes.membership}#`);
  return items.map((item) => {
    const { sk, user, username, role, active } = fromItem(item);
    return {
      membership: Number(String(sk).slice(prefixes.membership.length + 1)),
      user: Number(user),
      username: String(username),
      role: roleSchema.parse(role),
      active: active === true,
    };
  });
}
