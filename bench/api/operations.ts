import {
  BatchGetItemCommand,
  GetItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { keyItem } from '@keystone/shared/store/table/items.ts';
import { keyOf } from '@keystone/shared/store/table/kinds.ts';
import { KIND_INDEX, type ControlTable } from '@keystone/shared/store/table/tables.ts';
import type { ApiWorld, Who } from './api-world.ts';
import { REQUESTS_OF_TEAM } from './deployment-records.ts';

export interface Operation {
  of: string;
  method: string;
  path: string;
  body?: unknown;
  who: Who;
  /** The bare calls to the store that no way of answering could do without. */
  floor: () => Promise<unknown>;
}

/** A member's list of the own team's requests. */
export const teamList = ({ control, team }: ApiWorld): Operation => ({
  of: `a team’s ${REQUESTS_OF_TEAM} requests`,
  method: 'GET',
  path: `/allocations/requests/?team=${team}&_limit=100`,
  who: 'member',
  floor: () => readTeam(control, team),
});

/** What people and programs ask for most. */
export function operations(world: ApiWorld): Operation[] {
  const { control, team, request } = world;
  const description = 'What we plan to run.';
  return [
    {
      of: '100 requests of all',
      method: 'GET',
      path: '/allocations/requests/?_limit=100',
      who: 'staff',
      floor: () => readIndex(control, 'request'),
    },
    {
      of: '100 people of all',
      method: 'GET',
      path: '/users/users/?_limit=100',
      who: 'staff',
      floor: () => readIndex(control, 'user'),
    },
    teamList(world),
    {
      of: 'a request',
      method: 'GET',
      path: `/allocations/requests/${request}/`,
      who: 'member',
      floor: () => readOne(control, request),
    },
    {
      of: 'a request made',
      method: 'POST',
      path: '/allocations/requests/',
      body: { title: 'More time', description, team },
      who: 'member',
      floor: () => writeThree(control),
    },
  ];
}

const readIndex = ({ client, table }: ControlTable, kind: string) =>
  client.send(
    new QueryCommand({
      TableName: table,
      IndexName: KIND_INDEX,
      KeyConditionExpression: 'gsi1pk = :kind',
      ExpressionAttributeValues: { ':kind': { S: kind } },
      Limit: 100,
    }),
  );

async function readTeam({ client, table }: ControlTable, team: number): Promise<void> {
  const edges = await client.send(
    new QueryCommand({
      TableName: table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :sk)',
      ExpressionAttributeValues: { ':pk': { S: `TEAM#${team}` }, ':sk': { S: 'REQ#' } },
      Limit: REQUESTS_OF_TEAM,
    }),
  );
  const Keys = (edges.Items ?? []).map(({ sk }) => keyItem(keyOf('request', Number(sk?.S?.slice(4)))));
  await client.send(new BatchGetItemCommand({ RequestItems: { [table]: { Keys, ConsistentRead: true } } }));
}

const readOne = ({ client, table }: ControlTable, request: number) =>
  client.send(
    new GetItemCommand({ TableName: table, Key: keyItem(keyOf('request', request)), ConsistentRead: true }),
  );

let written = 0;

/** A record, its edge and its audit entry, as items without content. */
function writeThree({ client, table }: ControlTable) {
  written += 1;
  const TransactItems = ['A', 'B', 'C'].map((part) => ({
    Put: { TableName: table, Item: keyItem({ pk: `FLOOR#${written}`, sk: part }) },
  }));
  return client.send(new TransactWriteItemsCommand({ TransactItems }));
}
