import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { policyHash } from '@keystone/shared/contracts/policy-hash.ts';
import { policySchema, type Policy } from '@keystone/shared/contracts/policy.ts';
import { writePolicyHead } from '@keystone/shared/store/agents/policy-heads.ts';
import { withLostAnswers, type Answer } from '@keystone/shared/store/testing/lost-answers.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { tappedClient } from '@keystone/shared/store/testing/tapped-client.ts';
import { ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { setTimeout as wait } from 'node:timers/promises';
import { bringPolicies } from './bring-policies.ts';
import { enrol } from './testing/agent-messages.ts';
import { policyFrom } from './testing/received-policies.ts';
import { grant } from './testing/world.ts';
import { PolicyWorld } from './testing/policy-world.ts';

let tables: MemoryTables;
let policies: PolicyWorld;
let work: PolicyWorld['work'];
let people: PolicyWorld['people'];
let sources: PolicyWorld['sources'];
let cluster: PolicyWorld['cluster'];
let team: PolicyWorld['team'];
let slug: PolicyWorld['slug'];

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  policies = await PolicyWorld.begin(tables);
  ({ work, people, sources, cluster, team, slug } = policies);
});

describe('a cluster’s policy', () => {
  it('holds an account with its members and grants once the first of them has begun', async () => {
    await people.addMember(team, 'bob');
    await people.addMember(team, 'alice');
    await people.addMember(team, 'gone', false);
    await people.addMember(team, 'Not Carried');
    await people.award(cluster, slug, team, [grant({ from: '2026-11-25' })]);
    await policies.bring();
    expect((await policies.headPolicy()).accounts).toEqual([]);
    await people.award(cluster, slug, team, [grant(), grant({ id: 2, from: '2027-01-01', until: null })]);
    await policies.bring();
    const open = { awarded: 36_000, drawn: 0 };
    expect(await policies.headPolicy()).toMatchObject({
      version: { epoch: 1, n: 2 },
      zone: ZONE,
      accounts: [
        {
          account: slug,
          locked: false,
          members: ['alice', 'bob'],
          baseline: 0,
          credits: 0,
          grants: [
            { id: 1, from: '2026-11-01', until: '2027-11-01', ...open },
            { id: 2, from: '2027-01-01', until: null, ...open },
          ],
          runsTotal: 0,
        },
      ],
    });
  });

  it('begins an award on its day in the deployment’s zone', async () => {
    await people.award(cluster, slug, team, [grant({ from: '2026-11-25' })]);
    sources.clock.now = new Date('2026-11-24T22:59:59Z');
    await policies.bring();
    expect((await policies.headPolicy()).accounts).toEqual([]);
    sources.clock.now = new Date('2026-11-24T23:00:00Z');
    await policies.bring();
    expect((await policies.headPolicy()).accounts).toHaveLength(1);
  });

  it.each<[string, boolean, () => Promise<unknown>]>([
    ['the team is closed', true, () => people.change('team', team, { is_active: false })],
    ['the cluster is closed', true, () => people.change('cluster', cluster, { enabled: false })],
    ['the cluster lists others only', true, () => people.change('cluster', cluster, { access_mode: 'WL' })],
    [
      'the cluster lists the team',
      false,
      () => people.change('cluster', cluster, { access_mode: 'WL', access_teams: [team] }),
    ],
    [
      'the cluster excludes the team',
      true,
      () => people.change('cluster', cluster, { access_mode: 'BL', access_teams: [team] }),
    ],
  ])('locks an account or not: %s', async (_, locked, change) => {
    await people.award(cluster, slug, team, [grant()]);
    await change();
    await policies.bring();
    expect((await policies.headPolicy()).accounts).toMatchObject([{ locked }]);
  });

  it('keeps a withdrawn award with what was drawn from it', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await policies.use(2);
    await people.award(cluster, slug, team, [grant({ withdrawn: '2026-11-24' })]);
    await policies.bring();
    expect((await policies.headPolicy()).accounts).toMatchObject([
      { runsTotal: 28_800, grants: [{ until: '2026-11-24', drawn: 28_800 }] },
    ]);
  });

  it('tells which runs of its last day a withdrawn award carries, beside all that an agent of before reads', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await policies.bring();
    await people.award(cluster, slug, team, [grant({ withdrawn: '2026-11-24', kept: 600 })]);
    const [part] = await policies.bring();
    const policy = policyFrom(part ? [part] : []);
    expect(policy.accounts[0]?.grants).toMatchObject([
      { until: '2026-11-24', withdrawn: { until: '2027-11-01', kept: 600, carried: 0 } },
    ]);
    const before = policySchema.parse(policy);
    for (const { grants } of before.accounts) for (const each of grants) delete each.withdrawn;
    expect(policyHash(before)).toBe(part?.hash);
  });

  it('tells on which days several awards were drawn from, beside all that an agent of before reads', async () => {
    await policies.use(2, 1);
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await policies.bring();
    expect((await policies.headPolicy()).accounts[0]).not.toHaveProperty('spans');
    await policies.report('nothing', 1);
    await people.award(cluster, slug, team, [grant(), grant({ id: 2, from: '2026-11-25', until: null })]);
    const [part] = await policies.bring({ refresh: true });
    const policy = policyFrom(part ? [part] : []);
    const { runsTotal, baseline } = policy.accounts[0] ?? {};
    expect(policy.accounts).toMatchObject([{ spans: [{ day: '2026-11-24', seconds: 28_800 }] }]);
    expect([runsTotal, baseline]).toEqual([28_800, 0]);
    const before = policySchema.parse(policy);
    for (const account of before.accounts) delete account.spans;
    expect(policyHash(before)).toBe(part?.hash);
  });

  it('is sent anew where the one before did not tell which runs of its last day a withdrawn award carries', async () => {
    await people.award(cluster, slug, team, [grant({ withdrawn: '2026-11-24', kept: 600 })]);
    await policies.bring();
    const { accounts, ...rest } = await policies.headPolicy();
    const told = accounts.map(({ grants, ...account }) => ({
      ...account,
      grants: grants.map(({ withdrawn: _withdrawn, ...each }) => each),
    }));
    const version = { epoch: 1, n: 2 };
    await writePolicyHead(tables.control, { ...rest, version, accounts: told }, rest, sources.ulid());
    await policies.bring();
    await policies.bring();
    expect(await policies.headPolicy()).toEqual({ ...rest, version: { epoch: 1, n: 3 }, accounts });
  });

  it('is built for a cluster without an agent, and sent to nobody', async () => {
    await people.award(cluster, slug, team, [grant()]);
    expect(await policies.bring()).toEqual([]);
    expect((await policies.headPolicy()).accounts).toMatchObject([{ through: { epoch: 0, segment: 0 } }]);
  });

  it('locks an account that lost its row, and forgets it not', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await policies.bring();
    await people.run(async (uow) => {
      uow.include({
        Delete: {
          TableName: tables.control.table,
          Key: { pk: { S: `CL#${cluster}` }, sk: { S: `ENT#${slug}` } },
        },
      });
    });
    await policies.bring();
    expect((await policies.headPolicy()).accounts).toMatchObject([
      { account: slug, locked: true, grants: [{ id: 1 }] },
    ]);
  });
});

describe('versions', () => {
  beforeEach(async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await policies.bring();
  });

  it('do not grow where nothing was decided, however much was used', async () => {
    await policies.use(1);
    await policies.bring();
    await policies.bring();
    expect((await policies.headPolicy()).version).toEqual({ epoch: 1, n: 1 });
  });

  it('grow with each decision, and only the accounts that it touches bring new figures', async () => {
    const other = await people.addTeam(`other-${cluster}`);
    await people.award(cluster, `other-${cluster}`, other, [grant({ id: 9 })]);
    await policies.bring();
    await policies.use(1);
    await policies.report('head', 1);
    await people.addMember(other, 'carol');
    await policies.bring();
    const { version, accounts } = await policies.headPolicy();
    expect(version).toEqual({ epoch: 1, n: 3 });
    expect(accounts).toMatchObject([
      { account: slug, runsTotal: 0, through: { epoch: 1, segment: 0 } },
      { account: `other-${cluster}`, members: ['carol'], through: { epoch: 1, segment: 1 } },
    ]);
  });

  it('bring all figures forward on a refresh, and none where they did not move', async () => {
    await policies.use(3);
    await policies.report('head', 1);
    await policies.bring({ refresh: true });
    await policies.bring({ refresh: true });
    const { version, accounts } = await policies.headPolicy();
    expect(version.n).toBe(2);
    expect(accounts).toMatchObject([
      { runsTotal: 43_200, through: { epoch: 1, segment: 1 }, grants: [{ drawn: 36_000 }] },
    ]);
  });

  it('bring all figures forward when a new agent first speaks, and send it the whole policy until it does', async () => {
    await policies.use(1, 41);
    await policies.report('head', 41);
    const next = await enrol(tables.control, cluster);
    expect(policyFrom(await policies.bring()).accounts).toMatchObject([
      { runsTotal: 0, through: { epoch: 1, segment: 0 } },
    ]);
    await policies.report('nothing', 0, next.epoch);
    expect(policyFrom(await policies.bring()).accounts).toMatchObject([
      { runsTotal: 14_400, through: { epoch: next.epoch, segment: 0 } },
    ]);
  });

  it('count for an agent what it was acknowledged, and leave to it what it sent since', async () => {
    await policies.use(1, 1);
    await policies.use(2, 2);
    await policies.report('head', 1);
    await people.addMember(team, 'dora');
    await policies.bring();
    expect((await policies.headPolicy()).accounts).toMatchObject([
      { runsTotal: 14_400, through: { epoch: 1, segment: 1 }, grants: [{ drawn: 14_400 }] },
    ]);
  });

  it('count no run twice that comes while they are read', async () => {
    await policies.use(1, 1);
    await policies.report('head', 1);
    await people.addMember(team, 'dora');
    let came = 1;
    const client = tappedClient(tables.ledger.client, async (command, perform) => {
      // Between the first look at the segments and the balances, and again between those and the second look.
      if (command === 'QueryCommand' && came < 3) await policies.use(1, (came += 1));
      return perform();
    });
    const slow = { ...work, ledger: { ...tables.ledger, client } };
    expect(await bringPolicies(slow, [policies.eventFor(cluster)])).toEqual([]);
    client.destroy();
    expect((await policies.headPolicy()).accounts).toMatchObject([
      { runsTotal: 14_400, through: { segment: 1 } },
    ]);
  });

  it('count too much rather than too little where rows shrink and runs come at each look', async () => {
    await policies.use(8, 1);
    await policies.report('head', 1);
    await people.addMember(team, 'dora');
    let segment = 1;
    let queries = 0;
    const client = tappedClient(tables.ledger.client, async (command, perform) => {
      queries += command === 'QueryCommand' ? 1 : 0;
      // A look is a query of segments, one of days, and one of segments: the row shrinks before the days, a run comes after.
      if (command === 'QueryCommand' && queries % 3 === 2)
        await policies.use(8 - queries / 2, 1, (segment += 1));
      if (command === 'QueryCommand' && queries % 3 === 0)
        await policies.use(1, 100 + queries, (segment += 1));
      return perform();
    });
    const slow = { ...work, ledger: { ...tables.ledger, client } };
    expect(await bringPolicies(slow, [policies.eventFor(cluster)])).toEqual([]);
    client.destroy();
    const [figures] = (await policies.headPolicy()).accounts;
    expect(figures?.runsTotal).toBe(8 * 14_400);
  });

  it('grow by one at a time under builders at once, and the last holds what was decided last', async () => {
    const decisions = Array.from({ length: 6 }, (_, at) => `member${at}`);
    // So many need the builder's own waits between its tries, which the double leaves out.
    const patient = { ...work, sources: { ...sources, pause: (ms: number) => wait(ms) } };
    await Promise.all(
      decisions.map(async (username) => {
        await people.addMember(team, username);
        const failed = await Promise.all(
          [1, 2].map(() => bringPolicies(patient, [policies.eventFor(cluster)])),
        );
        expect(failed).toEqual([[], []]);
      }),
    );
    const { version, accounts } = await policies.headPolicy();
    expect(accounts[0]?.members).toEqual(decisions);
    expect(version.n).toBeLessThanOrEqual(1 + decisions.length);
    const sent = new Map(policies.published().map((part) => [part.version.n, part.hash]));
    for (const part of policies.published()) expect(sent.get(part.version.n)).toBe(part.hash);
  });
});

describe('after a restore', () => {
  const lose = async () => {
    for (const sk of ['HEAD', 'P#0000'])
      await tables.control.client.send(
        new DeleteItemCommand({
          TableName: tables.control.table,
          Key: { pk: { S: `CL#${cluster}#POLICY` }, sk: { S: sk } },
        }),
      );
  };
  const epochNow = () => Math.floor(sources.now().getTime() / 1000);
  const back = async (policy: Policy) => {
    await lose();
    await writePolicyHead(tables.control, policy, undefined, sources.ulid());
  };

  it('a new epoch begins, so that an agent that holds a later version takes the policy', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await policies.bring();
    const saved = await policies.headPolicy();
    for (const username of ['dora', 'emil']) {
      await people.addMember(team, username);
      await policies.bring();
    }
    await policies.report('head');
    await back(saved);
    const parts = await policies.bring();
    expect(parts.map(({ kind, version }) => ({ kind, version }))).toEqual([
      { kind: 'full', version: { epoch: epochNow(), n: 2 } },
    ]);
    expect(policyFrom(parts)).toEqual(await policies.headPolicy());
    await policies.report('head');
    expect(await policies.bring()).toEqual([]);
  });

  it('a new epoch begins also for an agent that keeps a later version and did not apply it', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await policies.bring();
    const saved = await policies.headPolicy();
    await people.addMember(team, 'dora');
    await policies.bring();
    await policies.report('head unapplied');
    await back(saved);
    expect((await policies.bring()).map(({ version }) => version)).toEqual([{ epoch: epochNow(), n: 2 }]);
  });

  it('a new epoch begins where who restored says so, with the figures of the backup', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await policies.bring();
    await policies.use(1);
    await policies.report('head', 1);
    expect((await policies.bring({ restored: true })).map(({ version }) => version.epoch)).toEqual([
      epochNow(),
    ]);
    expect((await policies.headPolicy()).accounts).toMatchObject([{ runsTotal: 0, through: { segment: 0 } }]);
  });

  it('figures of what changed stand in a new epoch where the others do: the agent was told of more than came back', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await policies.bring();
    await policies.use(1);
    await policies.report('head', 1);
    await people.addMember(team, 'dora');
    await policies.bring({ restored: true });
    expect((await policies.headPolicy()).accounts).toMatchObject([
      { members: expect.arrayContaining(['dora']), runsTotal: 0, through: { segment: 0 } },
    ]);
  });

  it('a new epoch begins also where no policy is left, or another one under the same version', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await policies.bring();
    await policies.report('head');
    await back({ ...(await policies.headPolicy()), zone: 'UTC' });
    expect((await policies.bring()).map(({ version: { epoch } }) => epoch)).toEqual([epochNow()]);
    await policies.report('head');
    await lose();
    expect((await policies.bring()).map(({ version: { epoch } }) => epoch)).toEqual([epochNow()]);
  });

  it('each restore to one moment begins an epoch of its own, whatever the agent said of the one before', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await policies.bring();
    const saved = await policies.headPolicy();
    await policies.bring({ restored: true });
    const first = (await policies.headPolicy()).version;
    await back(saved);
    sources.clock.now = new Date(sources.clock.now.getTime() + 60_000);
    await policies.bring({ restored: true });
    const second = (await policies.headPolicy()).version;
    expect(second.epoch - first.epoch).toBe(60);
    await policies.bring({ restored: true });
    expect((await policies.headPolicy()).version).toEqual({ epoch: second.epoch + 1, n: second.n + 1 });
  });
});

describe('a build that another one overtakes', () => {
  it('starts over instead of writing what it read before', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    let overtaken = false;
    const client = withLostAnswers(tables.control.client, async (): Promise<Answer> => {
      if (overtaken) return 'given';
      overtaken = true;
      await people.addMember(team, 'dora');
      expect(await bringPolicies(work, [policies.eventFor(cluster)])).toEqual([]);
      return 'given';
    });
    const slow = { ...work, control: { ...tables.control, client } };
    expect(await bringPolicies(slow, [policies.eventFor(cluster)])).toEqual([]);
    client.destroy();
    expect(await policies.headPolicy()).toMatchObject({
      version: { n: 1 },
      accounts: [{ members: ['dora'] }],
    });
    for (const part of policies.published()) expect(policyFrom([part])).toEqual(await policies.headPolicy());
  });

  it('starts over also where what it read was taken back meanwhile, and the other one changed nothing', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await policies.bring();
    const before = await policies.headPolicy();
    await people.award(cluster, slug, team, [grant({ awarded: 60 })]);
    let overtaken = false;
    const client = withLostAnswers(tables.control.client, async (): Promise<Answer> => {
      if (overtaken) return 'given';
      overtaken = true;
      await people.award(cluster, slug, team, [grant()]);
      expect(await bringPolicies(work, [policies.eventFor(cluster)])).toEqual([]);
      return 'given';
    });
    const slow = { ...work, control: { ...tables.control, client } };
    expect(await bringPolicies(slow, [policies.eventFor(cluster)])).toEqual([]);
    client.destroy();
    expect(overtaken).toBe(true);
    expect(await policies.headPolicy()).toEqual(before);
  });
});
