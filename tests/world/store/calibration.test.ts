import {
  BatchGetItemCommand,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  type AttributeValue,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { startMemoryDynamoDb, type MemoryDynamoDb } from '@keystone/local/services/dynamodb/test-store.ts';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { Chance } from '../core/chance.ts';
import { Life } from '../core/life.ts';
import { Weather } from '../core/weather.ts';
import { WorldTime } from '../core/world-time.ts';
import { WorldStore } from './world-store.ts';

type Item = Record<string, AttributeValue>;
type Perform = (command: unknown) => Promise<unknown>;

const key = (pk: string, sk = 'A'): Item => ({ pk: { S: pk }, sk: { S: sk } });
const n = (value: number): AttributeValue => ({ N: String(value) });
const values = (all: Record<string, AttributeValue>) => ({ ExpressionAttributeValues: all });
const absent = { ConditionExpression: 'attribute_not_exists(pk)' };

let table = '';
const put = (item: Item, more: object = {}) => new PutItemCommand({ TableName: table, Item: item, ...more });
const update = (pk: string, UpdateExpression: string, more: object = {}) =>
  new UpdateItemCommand({ TableName: table, Key: key(pk), UpdateExpression, ...more });
const remove = (pk: string, more: object = {}) =>
  new DeleteItemCommand({ TableName: table, Key: key(pk), ...more });
const get = (pk: string) => new GetItemCommand({ TableName: table, Key: key(pk), ConsistentRead: true });
const query = (KeyConditionExpression: string, all: Item, more: object = {}) =>
  new QueryCommand({
    TableName: table,
    KeyConditionExpression,
    ConsistentRead: true,
    ...values(all),
    ...more,
  });
const batch = (keys: Item[]) =>
  new BatchGetItemCommand({ RequestItems: { [table]: { Keys: keys, ConsistentRead: true } } });
const transact = (items: TransactWriteItem[], ClientRequestToken?: string) =>
  new TransactWriteItemsCommand({ TransactItems: items, ...(ClientRequestToken && { ClientRequestToken }) });
const tPut = (item: Item, more: object = {}) => ({ Put: { TableName: table, Item: item, ...more } });
const tAdd = (pk: string, by: number) => ({
  Update: { TableName: table, Key: key(pk), UpdateExpression: 'ADD v :by', ...values({ ':by': n(by) }) },
});
const tCheck = (pk: string, v: number) => ({
  ConditionCheck: {
    TableName: table,
    Key: key(pk),
    ConditionExpression: 'v = :v',
    ...values({ ':v': n(v) }),
  },
});

/** Every case begins with these. */
const given = () => [
  put({ ...key('a'), v: n(1), epoch: n(2), seen: n(7), s: { S: 'x' } }),
  put({ ...key('p', 'ENT#1'), v: n(1) }),
  put({ ...key('p', 'ENT#2'), v: n(2) }),
  put({ ...key('p', 'H#9'), v: n(3) }),
];

const seen = { ':epoch': n(2), ':seen': n(7) };
const newer = 'attribute_not_exists(pk) OR epoch < :epoch OR (epoch = :epoch AND seen <= :seen)';

const mapNamed = { ExpressionAttributeNames: { '#m': 'm' } };

const cases: Record<string, () => unknown[]> = {
  'a put': () => [put({ ...key('b'), v: n(1) }), get('b')],
  'a put where none stands': () => [
    put({ ...key('b'), v: n(1) }, absent),
    put({ ...key('b'), v: n(2) }, absent),
    get('b'),
  ],
  'a put on a version': () => [
    put({ ...key('a'), v: n(2) }, { ConditionExpression: 'v = :v', ...values({ ':v': n(1) }) }),
    put({ ...key('a'), v: n(3) }, { ConditionExpression: 'v = :v', ...values({ ':v': n(1) }) }),
  ],
  'a comparison of texts': () => [
    put(key('a'), {
      ConditionExpression: '#s <= :t',
      ExpressionAttributeNames: { '#s': 's' },
      ...values({ ':t': { S: 'a' } }),
    }),
  ],
  'a comparison of figures by size': () => [
    put(key('a'), { ConditionExpression: 'seen < :t', ...values({ ':t': n(10) }) }),
    get('a'),
  ],
  'a comparison across types': () => [
    put(key('a'), { ConditionExpression: 'v = :v', ...values({ ':v': { S: '1' } }) }),
  ],
  'a comparison with what is not there': () => [
    put(key('a'), { ConditionExpression: 'zz < :v', ...values({ ':v': n(1) }) }),
  ],
  'a difference from what is not there': () => [
    put(key('a'), { ConditionExpression: 'zz <> :v', ...values({ ':v': n(1) }) }),
    get('a'),
  ],
  'OR and AND in brackets, true': () => [
    put(key('a'), { ConditionExpression: newer, ...values(seen) }),
    get('a'),
  ],
  'OR and AND in brackets, false': () => [
    put(key('a'), { ConditionExpression: newer, ...values({ ...seen, ':seen': n(6) }) }),
  ],
  'AND before OR': () => [
    put(key('a'), { ConditionExpression: 'v = :v OR v = :v AND epoch = :v', ...values({ ':v': n(1) }) }),
    get('a'),
  ],
  NOT: () => [put(key('a'), { ConditionExpression: 'NOT attribute_exists(pk)' })],
  'a path into a map': () => [
    update('a', 'SET m = :m', values({ ':m': { M: { run: n(3) } } })),
    put(key('a'), { ConditionExpression: 'NOT #m.run = :run', ...mapNamed, ...values({ ':run': n(3) }) }),
    put(key('a'), { ConditionExpression: '#m.run <= :run', ...mapNamed, ...values({ ':run': n(3) }) }),
  ],
  'a path through what is not there': () => [
    put(key('a'), { ConditionExpression: '#m.run = :run', ...mapNamed, ...values({ ':run': n(3) }) }),
    put(key('a'), { ConditionExpression: 'NOT #m.run = :run', ...mapNamed, ...values({ ':run': n(3) }) }),
  ],
  'an ADD to an item that is there': () => [update('a', 'ADD v :by', values({ ':by': n(5) })), get('a')],
  'an ADD to one that is not': () => [
    update('new', 'ADD v :by', { ...values({ ':by': n(-5) }), ReturnValues: 'UPDATED_NEW' }),
    get('new'),
  ],
  'an ADD to a text': () => [update('a', 'ADD s :by', values({ ':by': n(1) }))],
  'SET and ADD together': () => [
    update('a', 'SET #n0 = :v0, #n1 = :v1 ADD #n2 :v2', {
      ExpressionAttributeNames: { '#n0': 's', '#n1': 'd 1', '#n2': '2026-01-01 chem' },
      ...values({ ':v0': { S: 'y' }, ':v1': n(1), ':v2': n(60) }),
    }),
    get('a'),
  ],
  'SET from another attribute': () => [update('a', 'SET z = v'), get('a')],
  'SET from one that is not there': () => [update('a', 'SET z = zz')],
  'SET with a sum': () => [update('a', 'SET v = v + :by', values({ ':by': n(2) })), get('a')],
  if_not_exists: () => [
    update('a', 'SET v = if_not_exists(v, :d), w = if_not_exists(w, :d)', values({ ':d': n(9) })),
    get('a'),
  ],
  REMOVE: () => [update('a', 'REMOVE s, zz'), get('a')],
  'an update on a condition that fails': () => [
    update('a', 'SET v = :v', { ConditionExpression: 'attribute_not_exists(pk)', ...values({ ':v': n(2) }) }),
  ],
  'a value that is not given': () => [update('a', 'SET v = :v')],
  'a delete, and again': () => [remove('a'), remove('a'), get('a')],
  'a delete on a condition': () => [remove('none', { ConditionExpression: 'attribute_exists(pk)' })],
  'a query by key': () => [query('pk = :pk', { ':pk': { S: 'p' } })],
  'a query by prefix': () => [
    query('pk = :pk AND begins_with(sk, :sk)', { ':pk': { S: 'p' }, ':sk': { S: 'ENT#' } }),
  ],
  'a query beyond a key': () => [
    query('pk = :pk AND sk > :sk', { ':pk': { S: 'p' }, ':sk': { S: 'ENT#1' } }),
  ],
  'a query backwards with a limit': () => [
    query('pk = :pk', { ':pk': { S: 'p' } }, { ScanIndexForward: false, Limit: 2 }),
  ],
  'a query that goes on': () => [
    query('pk = :pk', { ':pk': { S: 'p' } }, { ExclusiveStartKey: key('p', 'ENT#1') }),
  ],
  'a batch of keys': () => [batch([key('a'), key('none'), key('p', 'H#9')])],
  'an empty key': () => [put(key('', 'A'))],
  'a transaction': () => [transact([tPut(key('t')), tAdd('a', 2), tCheck('p', 1)]), get('a')],
  'a transaction that checks what stands': () => [
    transact([tCheck('a', 1), tPut({ ...key('t'), v: n(1) }, absent)]),
    get('t'),
  ],
  'a transaction of which one condition fails': () => [
    transact([tAdd('a', 2), tPut(key('a2')), tCheck('none', 1)]),
    get('a'),
  ],
  'a transaction of which two conditions fail': () => [
    transact([tPut(key('a'), absent), tAdd('c', 1), tCheck('none', 1)]),
  ],
  'a transaction with an item twice': () => [transact([tAdd('a', 1), tCheck('a', 1)])],
  'a transaction of 100': () => [
    transact(Array.from({ length: 100 }, (_, at) => tPut(key(`m${at}`)))),
    get('m99'),
  ],
  'a transaction of 101': () => [transact(Array.from({ length: 101 }, (_, at) => tPut(key(`m${at}`))))],
  'the same token again': () => [
    transact([tAdd('a', 2)], 'token-1'),
    transact([tAdd('a', 2)], 'token-1'),
    get('a'),
  ],
  'a token for something else': () => [
    transact([tAdd('a', 2)], 'token-2'),
    transact([tAdd('a', 3)], 'token-2'),
    get('a'),
  ],
  'a token of a transaction that was cancelled': () => [
    transact([tCheck('a', 9)], 'token-3'),
    transact([tCheck('a', 9)], 'token-3'),
  ],
};

const answerSchema = z.object({
  Item: z.unknown().optional(),
  Items: z.array(z.unknown()).optional(),
  Attributes: z.unknown().optional(),
  Responses: z.record(z.string(), z.array(z.unknown())).optional(),
});

/** What a command came to, as far as the product looks. */
async function outcomeOf(perform: Perform, command: unknown): Promise<unknown> {
  const answered = await perform(command).then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error }),
  );
  if ('answer' in answered) {
    const { Item: item, Items, Attributes, Responses } = answerSchema.parse(answered.answer ?? {});
    const pk = (one: unknown) => JSON.stringify(one);
    const responses = Object.values(Responses ?? {})
      .flat()
      .sort((x, y) => (pk(x) < pk(y) ? -1 : 1));
    return { item, Items, Attributes, responses };
  }
  const { error } = answered;
  if (error instanceof TransactionCanceledException)
    return { error: error.name, reasons: error.CancellationReasons?.map(({ Code }) => Code) };
  return { error: error instanceof Error ? error.name : String(error) };
}

/** The world's store in fair weather; time passes as long as an answer takes. */
function fairStore(): Perform {
  const time = new WorldTime(Date.UTC(2026, 0, 1));
  const chance = new Chance(1);
  const store = new WorldStore(time, chance, new Weather(time, chance, []));
  const life = new Life(time);
  return async (command) => {
    let isOver = false;
    const answer = store.send(life, command).finally(() => (isOver = true));
    answer.catch(() => undefined);
    await time.passTo(time.now + 60_000, () => isOver);
    return answer;
  };
}

describe('the store of the world', () => {
  let real: MemoryDynamoDb;
  beforeAll(async () => {
    real = await startMemoryDynamoDb();
    const names = Object.keys(cases).map((_, at) => ({ name: `case${at}` }));
    await real.createTables(names);
  }, 60_000);
  afterAll(() => real.close());

  it.each(Object.entries(cases).map(([name, commands], at) => ({ name, commands, at })))(
    'answers as DynamoDB does: $name',
    async ({ commands, at }) => {
      table = `case${at}`;
      const outcomes = async (perform: Perform) => {
        for (const command of given()) await perform(command);
        const found: unknown[] = [];
        for (const command of commands()) found.push(await outcomeOf(perform, command));
        return found;
      };
      const send = Reflect.get(real.client, 'send');
      const expected = await outcomes((command) =>
        Promise.resolve(Reflect.apply(send, real.client, [command])),
      );
      expect(await outcomes(fairStore())).toEqual(expected);
    },
  );
});
