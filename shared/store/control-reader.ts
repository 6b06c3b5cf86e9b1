import {
  BatchGetItemCommand,
  GetItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from '@aws-sdk/client-dynamodb';
import { roleSchema } from '../contracts/rest/fields.ts';
import type { Role } from '../domain/rights.ts';
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

/** Items by key in any number, strongly consistent; those that do not exist are left out. Order is not kept. */
export async function batchReadItems(
  table: { client: ControlTable['client']; table: string },
  keys: readonly Key[],
): Promise<Item[]> {
  const unique = [...new Map(keys.map((key) => [`${key.pk}\n${key.sk}`, key])).values()];
  const chunks: Key[][] = [];
  for (let at = 0; at < unique.length; at += 100) chunks.push(unique.slice(at, at + 100));
  const pages = await Promise.all(chunks.map((chunk) => batchReadChunk(table, chunk.map(keyItem))));
  return pages.flat();
}

async function batchReadChunk(
  table: { client: ControlTable['client']; table: string },
  keys: Item[],
): Promise<Item[]> {
  const items: Item[] = [];
  let wanted = keys;
  for (let attempt = 0; wanted.length > 0; attempt++) {
    if (attempt === 8)
      throw new Error(
        `DynamoDB left ${wanted.length} keys of ${table.table} unread after ${attempt} attempts`,
      );
    const answer = await table.client.send(
      new BatchGetItemCommand({ RequestItems: { [table.table]: { Keys: wanted, ConsistentRead: true } } }),
    );
    items.push(...(answer.Responses?.[table.table] ?? []));
    wanted = answer.UnprocessedKeys?.[table.table]?.Keys ?? [];
  }
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
  table: ControlTable,
  kind: K,
  ids: Iterable<number>,
): Promise<Map<number, Stored<K>>> {
  const items = await batchReadItems(
    table,
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

/** Ids at the edges of a record: its children of a kind, in the order of their ids. */
export async function readEdgeIds(
  table: ControlTable,
  parent: NumberedKind,
  id: number,
  child: NumberedKind,
): Promise<number[]> {
  const items = await queryItems(table, `${prefixes[parent]}#${id}`, `${prefixes[child]}#`);
  return items.map((item) => Number(item['sk']?.S?.slice(prefixes[child].length + 1)));
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

/** A membership as its user's edge tells it. */
export interface TeamOfUser {
  membership: number;
  team: number;
  role: Role;
}

/** A user's memberships from its edges, one query; those in closed teams are among them. */
export async function readUserTeams(table: ControlTable, user: number): Promise<TeamOfUser[]> {
  const items = await queryItems(table, `${prefixes.user}#${user}`, `${prefixes.membership}#`);
  return items.map((item) => {
    const { sk, team, role } = fromItem(item);
    return {
      membership: Number(String(sk).slice(prefixes.membership.length + 1)),
      team: Number(team),
      role: roleSchema.parse(role),
    };
  });
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
