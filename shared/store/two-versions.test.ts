import { GetItemCommand, QueryCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readBalances } from './balance-reader.ts';
import { fromItem, keyItem, toItem, type Item } from './items.ts';
import { balanceKey, chargeKey, monthKey, segmentKey, userDayKey } from './ledger-keys.ts';
import { checkLedger } from './ledger-invariants.ts';
import { postCharges } from './ledger-writer.ts';
import type { Key } from './records.ts';
import { runUnitOfWork } from './run-unit-of-work.ts';
import type { ControlTable, LedgerTable } from './tables.ts';
import { startMemoryTables, type MemoryTables } from './testing/memory-tables.ts';
import { testSources } from './testing/test-sources.ts';
import { charge } from './testing/usage-records.ts';
import type { UnitOfWork } from './unit-of-work.ts';

let tables: MemoryTables;
const sources = testSources();
beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());

/** What a later version of the functions adds to an item while this one runs beside it. */
const LATER = { _v: 2, later: { of: ['another', 'kind'] } };

async function makeLater({ client, table }: ControlTable | LedgerTable, key: Key): Promise<void> {
  const command = new UpdateItemCommand({
    TableName: table,
    Key: keyItem(key),
    UpdateExpression: 'SET #v = :v, later = :later',
    ConditionExpression: 'attribute_exists(pk)',
    ExpressionAttributeNames: { '#v': '_v' },
    ExpressionAttributeValues: toItem({ ':v': LATER._v, ':later': LATER.later }),
  });
  await client.send(command);
}

async function itemAt({ client, table }: ControlTable | LedgerTable, key: Key) {
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: keyItem(key) }));
  return Item && fromItem(Item);
}

async function itemsUnder({ client, table }: ControlTable, pk: string): Promise<Item[]> {
  const condition = { KeyConditionExpression: 'pk = :pk', ExpressionAttributeValues: { ':pk': { S: pk } } };
  return (await client.send(new QueryCommand({ TableName: table, ...condition }))).Items ?? [];
}

const run = async <T>(work: (uow: UnitOfWork) => Promise<T>) => {
  const actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };
  const { pause, random } = sources;
  return (await runUnitOfWork({ table: tables.control, actor, sources, pause, random }, work)).result;
};

describe('a record of a later version', () => {
  it('keeps what this one does not know, and its shape, through each change', async () => {
    const cluster = await run((uow) =>
      uow.create('cluster', {
        name: 'aurora',
        description: null,
        enabled: true,
        access_mode: 'OP',
        access_teams: [],
      }),
    );
    await makeLater(tables.control, cluster.key);
    for (const name of ['borealis', 'cassini']) {
      await run(async (uow) => {
        const record = await uow.get('cluster', cluster.fields.id);
        if (record) await uow.update(record, { name });
      });
      expect(await itemAt(tables.control, cluster.key)).toMatchObject({ ...LATER, name });
    }
    await run(async (uow) => {
      const record = await uow.get('cluster', cluster.fields.id);
      if (record) uow.remove(record);
    });
    expect(await itemAt(tables.control, cluster.key)).toMatchObject({ ...LATER, hidden: true });
    expect((await itemsUnder(tables.control, cluster.key.pk)).length).toBeGreaterThan(1);
  });
});

describe('the ledger of a later version', () => {
  it('keeps what this one does not know, on charges and on every sum', async () => {
    const post = (elapsed: number, segment: number) =>
      postCharges({ ledger: tables.ledger, sources }, [charge({ elapsed }, { epoch: 1, segment })]);
    await post(600, 1);
    const first = charge({ elapsed: 600 }, { epoch: 1, segment: 1 });
    const { cluster, account, user, day, startDay, record } = first;
    const keys = [
      chargeKey({ cluster, ...record }),
      balanceKey(cluster, account, 0),
      monthKey(cluster, account, startDay, 0),
      userDayKey({ cluster, account, user, day }, 0),
    ];
    for (const key of keys) await makeLater(tables.ledger, key);
    await makeLater(tables.ledger, segmentKey(cluster, { epoch: 1, segment: 1 }));
    await post(900, 2);
    // Another word that says the same, and an older one.
    await post(900, 3);
    await post(600, 1);
    for (const key of keys) expect(await itemAt(tables.ledger, key)).toMatchObject(LATER);
    expect(await readBalances(tables.ledger, [{ cluster, account }])).toMatchObject([
      { jobs: 1, runs: 3600 },
    ]);
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  });
});
