import {
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  UpdateItemCommand,
} from '@aws-sdk/client-dynamodb';
import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { fromItem, keyItem, toItem } from '../../table/items.ts';
import { balanceKey, chargeKey, monthKey, revisionKey, segmentKey, userDayKey } from '../ledger-keys.ts';
import { postCharges } from '../ledger-writer.ts';
import { quarantine } from '../quarantine.ts';
import type { Key } from '../../table/records.ts';
import { startMemoryTables, type MemoryTables } from '../../testing/memory-tables.ts';
import { testSources } from '../../testing/test-sources.ts';
import { charge, ZONE } from '../../testing/usage-records.ts';
import type { Finding } from './finding.ts';
import { newPass, passStateSchema, type PassState } from './pass-state.ts';
import { verifyStep } from './verify-ledger.ts';

const NOW = '2026-11-24T20:00:00Z';
const DAY = 86_400;
const noon = Date.UTC(2026, 10, 24, 11) / 1000;
let tables: MemoryTables;
let sources: ReturnType<typeof testSources>;

beforeEach(async () => {
  tables = await startMemoryTables();
  sources = testSources(3, NOW);
  // Two accounts, three people, runs on days near and far, one of them revised.
  const runs = Array.from({ length: 40 }, (_, job) =>
    charge(
      {
        jobIdRaw: job,
        account: job % 4 === 0 ? 'physics' : 'chem',
        user: ['alice', 'bob', 'carol'][job % 3] ?? '',
        end: noon - (job % 8) * 9 * DAY,
        submit: job,
      },
      { epoch: 1, segment: 1 + (job % 5) },
    ),
  );
  await post(runs);
  await post([
    charge({ jobIdRaw: 8, account: 'physics', end: noon + 60, submit: 8 }, { epoch: 1, segment: 9 }),
  ]);
});
afterEach(() => tables.close());

const post = (charges: ReturnType<typeof charge>[]) =>
  postCharges({ ledger: tables.ledger, sources }, charges);

interface Verified {
  findings: Finding[];
  state: PassState;
}

/** A whole pass; between any two steps its state goes through text, as it does from process to process. */
async function verify(pause: () => Promise<unknown> = () => Promise.resolve()): Promise<Verified> {
  const findings: Finding[] = [];
  let state = newPass(sources.now(), ZONE);
  const options = {
    ledger: tables.ledger,
    control: tables.control,
    zone: ZONE,
    now: sources.now,
    pause: async () => {
      await pause();
    },
    report: (finding: Finding) => findings.push(finding),
  };
  while (!(await verifyStep(options, state)))
    state = passStateSchema.parse(JSON.parse(JSON.stringify(state)));
  return { findings, state };
}

const kinds = ({ findings }: Verified) =>
  [...new Set(findings.filter(({ type }) => type === 'difference').map(({ kind }) => kind))].sort();

async function change(key: Key, values: Record<string, number | string>): Promise<void> {
  const { client, table } = tables.ledger;
  const names = Object.keys(values);
  await client.send(
    new UpdateItemCommand({
      TableName: table,
      Key: keyItem(key),
      UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(', ')}`,
      ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
      ExpressionAttributeValues: toItem(Object.fromEntries(names.map((name) => [`:${name}`, values[name]]))),
    }),
  );
}

async function read(key: Key): Promise<Record<string, unknown>> {
  const { client, table } = tables.ledger;
  const { Item } = await client.send(new GetItemCommand({ TableName: table, Key: keyItem(key) }));
  if (!Item) throw new Error(`nothing at ${key.pk}`);
  return fromItem(Item);
}

async function drop(key: Key): Promise<void> {
  await read(key);
  await tables.ledger.client.send(
    new DeleteItemCommand({ TableName: tables.ledger.table, Key: keyItem(key) }),
  );
}

describe('a ledger that holds', () => {
  it('is found to, in few items of memory', async () => {
    const { findings, state } = await verify();
    expect(findings).toEqual([]);
    expect(state.counts).toMatchObject({ charges: 40, revisions: 1, accounts: 2, differences: 0 });
    expect(state.accounts.map(({ account }) => account).sort()).toEqual(['chem', 'physics']);
  });

  it('is found to where nothing was ever charged', async () => {
    await tables.close();
    tables = await startMemoryTables();
    expect((await verify()).findings).toEqual([]);
  });

  it('is found to although its index lags behind for a while', async () => {
    tables.indexDelayMs = 300;
    await post([charge({ jobIdRaw: 100, submit: 100 }, { epoch: 1, segment: 12 })]);
    expect((await verify(() => wait(200))).findings).toEqual([]);
  });

  it('is not accused while charges are posted and revised all the time', async () => {
    let running = true;
    let posted = 0;
    const write = async (writer: number) => {
      for (let round = 0; running; round++) {
        const job = 1000 + writer * 1000 + (round % 50);
        const end = noon - (round % 8) * DAY;
        const own = charge(
          { jobIdRaw: job, submit: job, end, elapsed: 60 + round, user: `user${round % 5}` },
          { epoch: 1, segment: 20 + round },
        );
        await post([own]);
        posted += 1;
        await wait(5);
      }
    };
    const writers = [write(0), write(1)];
    let verified: Verified;
    try {
      verified = await verify(() => wait(5));
    } finally {
      running = false;
      await Promise.all(writers);
    }
    expect(kinds(verified)).toEqual([]);
    expect(posted).toBeGreaterThan(20);
    expect(verified.state.counts.charges).toBeGreaterThan(40);
    expect((await verify()).findings).toEqual([]);
  }, 120_000);
});

describe('a fault is found and named', () => {
  it('a balance that was changed', async () => {
    await change(balanceKey(3, 'chem', 0), { seconds: 1 });
    const verified = await verify();
    expect(kinds(verified)).toEqual(['balance']);
    expect(verified.findings).toEqual([
      expect.objectContaining({ name: 'balance 3 chem', found: { seconds: 1, jobs: 30 } }),
    ]);
  });

  it('a balance that is gone', async () => {
    await drop(balanceKey(3, 'chem', 0));
    expect(kinds(await verify())).toEqual(['balance']);
  });

  it('a start day that was changed', async () => {
    await change(monthKey(3, 'physics', '2026-10-19', 0), { d19: 77 });
    const verified = await verify();
    expect(verified.findings).toEqual([
      expect.objectContaining({
        type: 'difference',
        kind: 'start-day',
        name: 'start 3 physics 2026-10-19',
        found: { seconds: 77 },
      }),
    ]);
  });

  it.each([
    ['lately', 'physics', '2026-11-24', 'alice'],
    ['long ago', 'chem', '2026-09-22', 'bob'],
  ])('a person’s day that was deleted, %s', async (_, account, day, user) => {
    await drop(userDayKey({ cluster: 3, account, user, day }, 0));
    const verified = await verify();
    expect(verified.findings).toEqual([
      expect.objectContaining({ kind: 'user-day', name: `day 3 ${account} ${day} ${user}` }),
    ]);
  });

  it('a person’s day that no charge belongs to', async () => {
    const stray = { cluster: 3, account: 'chem', user: 'mallory', day: '2026-10-01' };
    await change(userDayKey(stray, 0), { ...stray, seconds: 60, jobs: 1 });
    const verified = await verify();
    expect(verified.findings).toEqual([
      expect.objectContaining({ kind: 'stray-day', name: 'day 3 chem 2026-10-01 mallory' }),
    ]);
  });

  it('a charge whose amount was doubled', async () => {
    const key = chargeKey({ cluster: 3, jobIdRaw: 3, submit: 3 });
    const { seconds } = await read(key);
    await change(key, { seconds: 2 * Number(seconds) });
    const verified = await verify();
    expect(kinds(verified)).toEqual(['balance', 'charge', 'start-day', 'user-day']);
    expect(verified.findings).toContainEqual(
      expect.objectContaining({ kind: 'charge', cluster: 3, name: 'charge 3 3 3: amount' }),
    );
  });

  it('a charge that stands under a second key', async () => {
    const key = chargeKey({ cluster: 3, jobIdRaw: 3, submit: 3 });
    const item = { ...(await read(key)), pk: 'CHG#ffffffff#3#3#3' };
    await tables.ledger.client.send(
      new PutItemCommand({ TableName: tables.ledger.table, Item: toItem(item) }),
    );
    const verified = await verify();
    expect(verified.findings).toContainEqual(
      expect.objectContaining({ kind: 'charge', name: 'charge 3 3 3: key' }),
    );
    expect(kinds(verified)).toContain('balance');
  });

  it('a charge that is gone', async () => {
    await drop(chargeKey({ cluster: 3, jobIdRaw: 3, submit: 3 }));
    expect(kinds(await verify())).toEqual(['balance', 'start-day', 'user-day']);
  });

  it('a charge that left the index', async () => {
    await change(chargeKey({ cluster: 3, jobIdRaw: 3, submit: 3 }), { gsi1pk: 'elsewhere' });
    expect((await verify()).findings).toContainEqual(
      expect.objectContaining({ kind: 'charge', name: 'charge 3 3 3: index' }),
    );
  });

  it('a revision that is gone', async () => {
    const { pk } = chargeKey({ cluster: 3, jobIdRaw: 8, submit: 8 });
    await drop(revisionKey({ pk, sk: 'A' }, { epoch: 1, segment: 9 }));
    expect((await verify()).findings).toEqual([
      expect.objectContaining({ kind: 'charge', name: 'charge 3 8 8: revisions' }),
    ]);
  });

  it('a sum by segment that was dropped', async () => {
    await drop(segmentKey(3, { epoch: 1, segment: 1 }));
    const verified = await verify();
    expect(kinds(verified)).toEqual(['segments']);
    expect(verified.findings).toContainEqual(expect.objectContaining({ name: 'segments 3 chem 2026-11-15' }));
  });

  it('what is in quarantine is none', async () => {
    await quarantine(tables.ledger, {
      cluster: 3,
      reason: 'record',
      detail: 'no number',
      thing: 'keystone-local-cluster-3',
      at: NOW,
      epoch: 1,
      segment: 30,
      raw: '{}',
    });
    const { findings, state } = await verify();
    expect(findings).toEqual([]);
    expect(state.quarantined).toEqual([]);
  });
});
