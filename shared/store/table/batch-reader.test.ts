import { BatchGetItemCommand, DynamoDBClient, type BatchGetItemCommandInput } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { batchReadItems, batchReadUnchanging } from './batch-reader.ts';
import { gatherReads } from './gathered-reads.ts';
import { keyItem, type Item } from './items.ts';

const keyAt = (n: number) => ({ pk: `K#${n}`, sk: 'A' });
const keys = (count: number) => Array.from({ length: count }, (_, n) => keyAt(n));

/** A store that reads what it is asked for, or as much of it as a test lets it. */
function store(read: (wanted: Item[], consistent: boolean) => Item[], unprocessed = false) {
  const client = new DynamoDBClient({ region: 'eu-west-1' });
  const asked: { keys: number; consistent: boolean }[] = [];
  mockClient(client)
    .on(BatchGetItemCommand)
    .callsFake(({ RequestItems }: BatchGetItemCommandInput) => {
      const { Keys = [], ConsistentRead = false } = RequestItems?.['control'] ?? {};
      asked.push({ keys: Keys.length, consistent: ConsistentRead });
      const items = read(Keys, ConsistentRead);
      const left = Keys.filter((key) => !items.includes(key));
      return {
        Responses: { control: items },
        ...(unprocessed && left.length > 0 && { UnprocessedKeys: { control: { Keys: left } } }),
      };
    });
  return { table: { client, table: 'control' }, asked };
}

describe('a batch of keys', () => {
  it('asks for a hundred in a call, each once, strongly consistent', async () => {
    const { table, asked } = store((wanted) => wanted);
    const items = await batchReadItems(table, [...keys(250), ...keys(250)]);
    expect(items).toHaveLength(250);
    expect(asked).toEqual([100, 100, 50].map((count) => ({ keys: count, consistent: true })));
  });

  it('asks again for what the store left unread', async () => {
    const { table, asked } = store((wanted) => wanted.slice(0, 40), true);
    expect(await batchReadItems(table, keys(100))).toHaveLength(100);
    expect(asked.map((call) => call.keys)).toEqual([100, 60, 20]);
  });

  it('gives up on a store that reads nothing', async () => {
    const { table, asked } = store(() => [], true);
    await expect(batchReadItems(table, keys(3))).rejects.toThrow(
      'left 3 keys of control unread after 8 attempts',
    );
    expect(asked).toHaveLength(8);
  });

  it('of what never changes is read cheaply, and what is not found so once more', async () => {
    const { table, asked } = store((wanted, consistent) => (consistent ? wanted : wanted.slice(1)));
    expect(await batchReadUnchanging(table, keys(5))).toHaveLength(5);
    expect(asked).toEqual([
      { keys: 5, consistent: false },
      { keys: 1, consistent: true },
    ]);
  });
});

describe('gathered reads', () => {
  it('go together where they are asked for at once, and read nothing twice', async () => {
    const { table, asked } = store((wanted) => wanted);
    const reads = gatherReads(table);
    await Promise.all([reads.items(keys(3)), reads.items([keyAt(2), keyAt(3)])]);
    expect(asked.map((call) => call.keys)).toEqual([4]);
    expect(await reads.items([keyAt(1), keyAt(9)])).toEqual([keyItem(keyAt(1)), keyItem(keyAt(9))]);
    expect(asked.map((call) => call.keys)).toEqual([4, 1]);
  });

  it('leave out what does not exist, and do not ask for it again', async () => {
    const { table, asked } = store(() => []);
    const reads = gatherReads(table);
    expect(await reads.items(keys(2))).toEqual([]);
    expect(await reads.items(keys(2))).toEqual([]);
    expect(asked).toHaveLength(1);
  });
});
