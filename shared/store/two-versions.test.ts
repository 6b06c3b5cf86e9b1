import { GetItemCommand, QueryCommand, ScanCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentState } from '../contracts/agent.ts';
import type { Policy } from '../contracts/policy.ts';
import { sessionMoment } from '../domain/segment-numbers.ts';
import { putAgentAction, readAgent, readAgentState, writeAgentState } from './agents/agent-records.ts';
import { readBalances } from './ledger/balance-reader.ts';
import { guardKey } from './unit-of-work/guard-changes.ts';
import { fromItem, keyItem, toItem, type Item } from './table/items.ts';
import { guardKeys, keyOf } from './table/kinds.ts';
import { balanceKey, chargeKey, monthKey, segmentKey, userDayKey } from './ledger/ledger-keys.ts';
import { checkLedger } from './ledger/ledger-invariants.ts';
import { postCharges } from './ledger/ledger-writer.ts';
import { confirmPolicyHead, readPolicyHead, readPolicyMark, writePolicyHead } from './agents/policy-heads.ts';
import type { Key } from './table/records.ts';
import { runUnitOfWork } from './unit-of-work/run-unit-of-work.ts';
import { numberSession } from './agents/session-numbers.ts';
import { beginSession, readLastSignIn } from './sign-in/sessions.ts';
import { claimAttempt } from './sign-in/sign-in-attempts.ts';
import type { ControlTable, LedgerTable } from './table/tables.ts';
import { startMemoryTables, type MemoryTables } from './testing/memory-tables.ts';
import { testSources } from './testing/test-sources.ts';
import { charge } from './testing/usage-records.ts';
import { transact } from './table/transact.ts';
import type { UnitOfWork } from './unit-of-work/unit-of-work.ts';

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

/** Something that is written, and written again over what stands. */
interface Rewrite {
  first(): Promise<unknown>;
  again(): Promise<unknown>;
  /** What a reader finds after; it is what was written last. */
  found(): Promise<unknown>;
  expected: object;
}

const at = (second: number) => new Date(Date.UTC(2026, 10, 24, 12, 0, second));
const state = (ackedThrough: number): AgentState => ({
  v: 1,
  epoch: 1,
  at: at(0).toISOString(),
  agentVersion: '0.1.0',
  mode: 'enforce',
  scheduler: { kind: 'slurm', version: '22.05', cluster: 'lab' },
  applied: null,
  ackedThrough,
  spool: { segments: 0, bytes: 0 },
  problems: [],
});
const policy = (n: number, accounts: Policy['accounts']): Policy => ({
  v: 1,
  cluster: 7,
  zone: 'Europe/Berlin',
  version: { epoch: 1, n },
  accounts,
});
const account: Policy['accounts'][number] = {
  account: 'chem',
  locked: false,
  members: ['alice'],
  baseline: 0,
  credits: 0,
  grants: [],
  runsTotal: 0,
  through: { epoch: 1, segment: 1 },
};
const agent = (epoch: number) => ({
  cluster: 7,
  thing: 'keystone-test-7',
  certificate: `certificate-${epoch}`,
  certificate_arn: `arn:aws:iot:eu-west-1:000000000000:cert/${epoch}`,
  epoch,
  enrolled: at(0).toISOString(),
  superseded: [],
});
const person = {
  username: 'alice',
  password: '-',
  first_name: null,
  last_name: null,
  email: null,
  department: null,
  role: null,
  is_active: true,
  is_staff: false,
  is_ldap_user: false,
  date_joined: at(0).toISOString(),
  sessions_from: at(0).toISOString(),
};
const member = { user: 1, team: 2, role: 'MB', username: 'alice', active: true } as const;
const { ulid } = sources;

const enrol = (epoch: number) =>
  transact(tables.control.client, [putAgentAction(tables.control, agent(epoch), epoch - 1)], ulid());
const signIn = async (second: number) => {
  const user = await run((uow) => uow.get('user', 1));
  if (!user) throw new Error('there is no user 1');
  const options = { requestToken: ulid(), signIn: { at: at(second).toISOString(), networks: [] } };
  await beginSession(tables.control, `token ${second}`, user, at(second), options);
};
const membersOf = async (team: number) =>
  (await itemsUnder(tables.control, keyOf('team', team).pk)).map(fromItem);

const rewrites: Record<string, () => Rewrite> = {
  'the agent of a cluster': () => ({
    first: () => enrol(1),
    again: () => enrol(2),
    found: () => readAgent(tables.control, 7),
    expected: { agent: { epoch: 2, certificate: 'certificate-2' }, version: 2 },
  }),
  'what an agent says of itself': () => ({
    first: () => writeAgentState(tables.control, 7, { seen: at(1), state: state(1) }),
    again: () => writeAgentState(tables.control, 7, { seen: at(2), state: state(2) }),
    found: () => readAgentState(tables.control, 7),
    expected: { seen: at(2), state: { ackedThrough: 2 } },
  }),
  'the last session of an agent': () => ({
    first: () => numberSession(tables.control, { cluster: 7, name: 'one' }, at(1)),
    again: () => numberSession(tables.control, { cluster: 7, name: 'two' }, at(2)),
    found: () => numberSession(tables.control, { cluster: 7, name: 'three' }, at(3)),
    expected: { number: sessionMoment(at(3)), former: sessionMoment(at(2)) },
  }),
  'the head of a policy, confirmed': () => ({
    first: () => writePolicyHead(tables.control, policy(1, [account]), undefined, ulid()),
    again: () => confirmPolicyHead(tables.control, 7, { version: { epoch: 1, n: 1 } }),
    found: () => readPolicyHead(tables.control, 7),
    expected: { version: { epoch: 1, n: 1 }, looks: 1, policy: policy(1, [account]) },
  }),
  'the head of a policy': () => ({
    first: () => writePolicyHead(tables.control, policy(1, [account]), undefined, ulid()),
    again: () => writePolicyHead(tables.control, policy(2, []), { version: { epoch: 1, n: 1 } }, ulid()),
    // Marks of accounts that are no more are taken out.
    found: async () => ({
      lowest: null,
      highest: null,
      ...(await readPolicyHead(tables.control, 7)),
      ...(await readPolicyMark(tables.control, 7)),
    }),
    expected: { version: { epoch: 1, n: 2 }, policy: policy(2, []), lowest: null, highest: null },
  }),
  'the last sign-in of a person': () => ({
    first: async () => {
      await run((uow) => uow.create('user', person));
      await signIn(1);
    },
    again: () => signIn(2),
    found: () => readLastSignIn(tables.control, 1),
    expected: { at: at(2).toISOString() },
  }),
  'tries of a password': () => ({
    first: () => claimAttempt(tables.control, 'alice', { free: 1, longestWait: 60_000 }, at(1)),
    again: () => claimAttempt(tables.control, 'alice', { free: 1, longestWait: 60_000 }, at(2)),
    found: () => claimAttempt(tables.control, 'alice', { free: 1, longestWait: 60_000 }, at(2)),
    expected: { allowed: false },
  }),
  'a place in a list': () => ({
    first: () => run((uow) => uow.create('membership', member)),
    again: () =>
      run(async (uow) => {
        const record = await uow.get('membership', 1);
        if (record) await uow.update(record, { role: 'AD' });
      }),
    found: () => membersOf(2),
    expected: [{ user: 1, username: 'alice', role: 'AD', active: true }],
  }),
  'who holds a value that nobody shares': () => ({
    first: () => run((uow) => uow.create('membership', member)),
    again: () =>
      run(async (uow) => {
        const record = await uow.get('membership', 1);
        if (record) uow.remove(record);
        await uow.create('membership', member);
      }),
    found: () => itemAt(tables.control, guardKey(guardKeys.membership(1, 2))),
    expected: { id: 2 },
  }),
};

/** Parts are bytes of one version of a policy, and go with it. */
const isPart = ({ sk }: Item) => sk?.S?.startsWith('P#') === true;

describe.each(Object.entries(rewrites))('%s', (_, of) => {
  const scan = async () =>
    ((await tables.control.client.send(new ScanCommand({ TableName: 'control' }))).Items ?? []).filter(
      (item) => !isPart(item),
    );
  const keyIn = (item: Item): Key => ({ pk: item['pk']?.S ?? '', sk: item['sk']?.S ?? '' });
  beforeAll(async () => {
    tables.close();
    tables = await startMemoryTables();
  });

  it('keeps what a later version wrote beside it when this one writes again', async () => {
    const { first, again, found, expected } = of();
    await first();
    const standing = await scan();
    for (const item of standing) await makeLater(tables.control, keyIn(item));
    await again();
    const places = new Set(standing.map((item) => JSON.stringify(keyIn(item))));
    const after = (await scan()).filter((item) => places.has(JSON.stringify(keyIn(item)))).map(fromItem);
    expect(after.length).toBeGreaterThan(0);
    for (const item of after) expect(item).toMatchObject(LATER);
    expect(await found()).toMatchObject(expected);
  });
});
