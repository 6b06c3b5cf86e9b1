import { DeleteItemCommand } from '@aws-sdk/client-dynamodb';
import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { policyHash } from '@keystone/shared/contracts/policy-hash.ts';
import { policySchema, type Policy, type PolicyPart } from '@keystone/shared/contracts/policy.ts';
import { writeAgentState } from '@keystone/shared/store/agent-records.ts';
import { postCharges } from '@keystone/shared/store/ledger-writer.ts';
import { readPolicyHead, writePolicyHead } from '@keystone/shared/store/policy-heads.ts';
import { withLostAnswers, type Answer } from '@keystone/shared/store/testing/lost-answers.ts';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { tappedClient } from '@keystone/shared/store/testing/tapped-client.ts';
import { testSources, type TestSources } from '@keystone/shared/store/testing/test-sources.ts';
import { charge, ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { bringPolicies, type PolicyWork } from './bring-policies.ts';
import { enrol, STAGE } from './testing/agent-messages.ts';
import { agentState } from './testing/agent-state.ts';
import { listeningLog, listeningMeter } from './testing/listeners.ts';
import { policyFrom, publishedParts } from './testing/received-policies.ts';
import { grant, world, type World } from './testing/world.ts';

const iot = mockClient(IoTDataPlaneClient);
let tables: MemoryTables;
let work: PolicyWork;
let people: World;
let sources: TestSources;
let cluster: number;
let team: number;
let slug: string;

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  iot.reset();
  iot.on(PublishCommand).resolves({});
  sources = testSources(5);
  work = {
    control: tables.control,
    ledger: tables.ledger,
    sources,
    broker: { iot: new IoTDataPlaneClient({ region: 'eu-west-1' }), stage: STAGE },
    zone: ZONE,
    log: listeningLog(),
    meter: listeningMeter(),
  };
  people = world(tables.control, sources);
  cluster = await people.addCluster();
  slug = `chem-${cluster}`;
  team = await people.addTeam(slug);
});

const eventFor = (id: number, extra: { refresh?: boolean; restored?: boolean } = {}) => ({
  messageId: `message-${id}-${sources.ulid()}`,
  body: JSON.stringify({
    type: 'policy',
    cluster: id,
    cid: '7f0c5b9c-3a53-4a5e-9a0c-0d7a35a6a111',
    ...extra,
  }),
});
const published = () =>
  publishedParts(iot.commandCalls(PublishCommand).map(({ args: [{ input }] }) => input));
/** Brings the policy and tells what was sent. */
async function bring(extra: { refresh?: boolean; restored?: boolean } = {}): Promise<PolicyPart[]> {
  iot.resetHistory();
  expect(await bringPolicies(work, [eventFor(cluster, extra)])).toEqual([]);
  return published();
}
async function headPolicy(): Promise<Policy> {
  const head = await readPolicyHead(tables.control, cluster);
  if (!head) throw new Error('no head');
  return head.policy;
}
/** The agent says that it holds the head, or nothing. */
async function report(holds: 'head' | 'nothing', ackedThrough = 0, epoch = 1): Promise<void> {
  const head = await readPolicyHead(tables.control, cluster);
  const applied = holds === 'head' && head ? { ...head.version, hash: head.hash } : null;
  sources.clock.now = new Date(sources.clock.now.getTime() + 1000);
  await writeAgentState(tables.control, cluster, {
    seen: sources.now(),
    state: agentState({ epoch, applied, ackedThrough }),
  });
}
const use = (hours: number, jobIdRaw = 1) =>
  postCharges({ ledger: tables.ledger, sources }, [
    charge({ account: slug, elapsed: hours * 3600, jobIdRaw }, { epoch: 1, segment: jobIdRaw }, cluster),
  ]);

describe('a cluster’s policy', () => {
  it('holds an account with its members and grants once the first of them has begun', async () => {
    await people.addMember(team, 'bob');
    await people.addMember(team, 'alice');
    await people.addMember(team, 'gone', false);
    await people.addMember(team, 'Not Carried');
    await people.award(cluster, slug, team, [grant({ from: '2026-11-25' })]);
    await bring();
    expect((await headPolicy()).accounts).toEqual([]);
    await people.award(cluster, slug, team, [grant(), grant({ id: 2, from: '2027-01-01', until: null })]);
    await bring();
    const open = { awarded: 36_000, drawn: 0 };
    expect(await headPolicy()).toMatchObject({
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
    await bring();
    expect((await headPolicy()).accounts).toEqual([]);
    sources.clock.now = new Date('2026-11-24T23:00:00Z');
    await bring();
    expect((await headPolicy()).accounts).toHaveLength(1);
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
    await bring();
    expect((await headPolicy()).accounts).toMatchObject([{ locked }]);
  });

  it('keeps a withdrawn award with what was drawn from it', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await use(2);
    await people.award(cluster, slug, team, [grant({ withdrawn: '2026-11-24' })]);
    await bring();
    expect((await headPolicy()).accounts).toMatchObject([
      { runsTotal: 28_800, grants: [{ until: '2026-11-24', drawn: 28_800 }] },
    ]);
  });

  it('tells which runs of its last day a withdrawn award carries, beside all that an agent of before reads', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await bring();
    await people.award(cluster, slug, team, [grant({ withdrawn: '2026-11-24', kept: 600 })]);
    const [part] = await bring();
    const policy = policyFrom(part ? [part] : []);
    expect(policy.accounts[0]?.grants).toMatchObject([
      { until: '2026-11-24', withdrawn: { until: '2027-11-01', kept: 600, carried: 0 } },
    ]);
    const before = policySchema.parse(policy);
    for (const { grants } of before.accounts) for (const each of grants) delete each.withdrawn;
    expect(policyHash(before)).toBe(part?.hash);
  });

  it('is sent anew where the one before did not tell which runs of its last day a withdrawn award carries', async () => {
    await people.award(cluster, slug, team, [grant({ withdrawn: '2026-11-24', kept: 600 })]);
    await bring();
    const { accounts, ...rest } = await headPolicy();
    const told = accounts.map(({ grants, ...account }) => ({
      ...account,
      grants: grants.map(({ withdrawn: _withdrawn, ...each }) => each),
    }));
    const version = { epoch: 1, n: 2 };
    await writePolicyHead(tables.control, { ...rest, version, accounts: told }, rest.version, sources.ulid());
    await bring();
    await bring();
    expect(await headPolicy()).toEqual({ ...rest, version: { epoch: 1, n: 3 }, accounts });
  });

  it('is built for a cluster without an agent, and sent to nobody', async () => {
    await people.award(cluster, slug, team, [grant()]);
    expect(await bring()).toEqual([]);
    expect((await headPolicy()).accounts).toMatchObject([{ through: { epoch: 0, segment: 0 } }]);
  });

  it('locks an account that lost its row, and forgets it not', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await bring();
    await people.run(async (uow) => {
      uow.include({
        Delete: {
          TableName: tables.control.table,
          Key: { pk: { S: `CL#${cluster}` }, sk: { S: `ENT#${slug}` } },
        },
      });
    });
    await bring();
    expect((await headPolicy()).accounts).toMatchObject([
      { account: slug, locked: true, grants: [{ id: 1 }] },
    ]);
  });
});

describe('versions', () => {
  beforeEach(async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await bring();
  });

  it('do not grow where nothing was decided, however much was used', async () => {
    await use(1);
    await bring();
    await bring();
    expect((await headPolicy()).version).toEqual({ epoch: 1, n: 1 });
  });

  it('grow with each decision, and only the accounts that it touches bring new figures', async () => {
    const other = await people.addTeam(`other-${cluster}`);
    await people.award(cluster, `other-${cluster}`, other, [grant({ id: 9 })]);
    await bring();
    await use(1);
    await report('head', 1);
    await people.addMember(other, 'carol');
    await bring();
    const { version, accounts } = await headPolicy();
    expect(version).toEqual({ epoch: 1, n: 3 });
    expect(accounts).toMatchObject([
      { account: slug, runsTotal: 0, through: { epoch: 1, segment: 0 } },
      { account: `other-${cluster}`, members: ['carol'], through: { epoch: 1, segment: 1 } },
    ]);
  });

  it('bring all figures forward on a refresh, and none where they did not move', async () => {
    await use(3);
    await report('head', 1);
    await bring({ refresh: true });
    await bring({ refresh: true });
    const { version, accounts } = await headPolicy();
    expect(version.n).toBe(2);
    expect(accounts).toMatchObject([
      { runsTotal: 43_200, through: { epoch: 1, segment: 1 }, grants: [{ drawn: 36_000 }] },
    ]);
  });

  it('bring all figures forward when a new agent first speaks, and send it the whole policy until it does', async () => {
    await use(1, 41);
    await report('head', 41);
    const next = await enrol(tables.control, cluster);
    expect(policyFrom(await bring()).accounts).toMatchObject([
      { runsTotal: 0, through: { epoch: 1, segment: 0 } },
    ]);
    await report('nothing', 0, next.epoch);
    expect(policyFrom(await bring()).accounts).toMatchObject([
      { runsTotal: 14_400, through: { epoch: next.epoch, segment: 0 } },
    ]);
  });

  it('count for an agent what it was acknowledged, and leave to it what it sent since', async () => {
    await use(1, 1);
    await use(2, 2);
    await report('head', 1);
    await people.addMember(team, 'dora');
    await bring();
    expect((await headPolicy()).accounts).toMatchObject([
      { runsTotal: 14_400, through: { epoch: 1, segment: 1 }, grants: [{ drawn: 14_400 }] },
    ]);
  });

  it('count no run twice that comes while they are read', async () => {
    await use(1, 1);
    await report('head', 1);
    await people.addMember(team, 'dora');
    let came = 1;
    const client = tappedClient(tables.ledger.client, async (command, perform) => {
      // Between the first look at the segments and the balances, and again between those and the second look.
      if (command === 'QueryCommand' && came < 3) await use(1, (came += 1));
      return perform();
    });
    const slow = { ...work, ledger: { ...tables.ledger, client } };
    expect(await bringPolicies(slow, [eventFor(cluster)])).toEqual([]);
    client.destroy();
    expect((await headPolicy()).accounts).toMatchObject([{ runsTotal: 14_400, through: { segment: 1 } }]);
  });

  it('grow by one at a time under builders at once, and the last holds what was decided last', async () => {
    const decisions = Array.from({ length: 6 }, (_, at) => `member${at}`);
    await Promise.all(
      decisions.map(async (username) => {
        await people.addMember(team, username);
        const failed = await Promise.all([1, 2].map(() => bringPolicies(work, [eventFor(cluster)])));
        expect(failed).toEqual([[], []]);
      }),
    );
    const { version, accounts } = await headPolicy();
    expect(accounts[0]?.members).toEqual(decisions);
    expect(version.n).toBeLessThanOrEqual(1 + decisions.length);
    const sent = new Map(published().map((part) => [part.version.n, part.hash]));
    for (const part of published()) expect(sent.get(part.version.n)).toBe(part.hash);
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
  const back = async (policy: Policy) => {
    await lose();
    await writePolicyHead(tables.control, policy, undefined, sources.ulid());
  };

  it('a new epoch begins, so that an agent that holds a later version takes the policy', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await bring();
    const saved = await headPolicy();
    for (const username of ['dora', 'emil']) {
      await people.addMember(team, username);
      await bring();
    }
    await report('head');
    await back(saved);
    const parts = await bring();
    expect(parts.map(({ kind, version }) => ({ kind, version }))).toEqual([
      { kind: 'full', version: { epoch: 2, n: 2 } },
    ]);
    expect(policyFrom(parts)).toEqual(await headPolicy());
    await report('head');
    expect(await bring()).toEqual([]);
  });

  it('a new epoch begins where who restored says so, with the figures of the backup', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await bring();
    await use(1);
    await report('head', 1);
    expect((await bring({ restored: true })).map(({ version }) => version.epoch)).toEqual([2]);
    expect((await headPolicy()).accounts).toMatchObject([{ runsTotal: 0, through: { segment: 0 } }]);
  });

  it('a new epoch begins also where no policy is left, or another one under the same version', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    await bring();
    await report('head');
    const { version } = await headPolicy();
    await back({ ...(await headPolicy()), zone: 'UTC' });
    expect((await bring()).map(({ version: { epoch } }) => epoch)).toEqual([version.epoch + 1]);
    await report('head');
    await lose();
    expect((await bring()).map(({ version: { epoch } }) => epoch)).toEqual([version.epoch + 2]);
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
      expect(await bringPolicies(work, [eventFor(cluster)])).toEqual([]);
      return 'given';
    });
    const slow = { ...work, control: { ...tables.control, client } };
    expect(await bringPolicies(slow, [eventFor(cluster)])).toEqual([]);
    client.destroy();
    expect(await headPolicy()).toMatchObject({ version: { n: 1 }, accounts: [{ members: ['dora'] }] });
    for (const part of published()) expect(policyFrom([part])).toEqual(await headPolicy());
  });
});

describe('what an agent is sent', () => {
  beforeEach(async () => {
    for (let at = 0; at < 20; at++) {
      const name = `filler${at}-${cluster}`;
      await people.award(cluster, name, await people.addTeam(name), [grant({ id: 100 + at })]);
    }
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
  });

  it('is the whole policy where it holds none', async () => {
    const parts = await bring();
    expect(parts).toMatchObject([
      { kind: 'full', part: 1, parts: 1, topic: `keystone/keystone-test-${cluster}/policy` },
    ]);
    expect(policyFrom(parts)).toEqual(await headPolicy());
  });

  it('is nothing where it holds the head', async () => {
    await bring();
    await report('head');
    expect(await bring()).toEqual([]);
  });

  it('is the difference where it holds the head before', async () => {
    const before = policyFrom(await bring());
    await report('head');
    await people.addMember(team, 'dora');
    const parts = await bring();
    expect(parts.map(({ kind }) => kind)).toEqual(['delta']);
    expect(policyFrom(parts, before)).toEqual(await headPolicy());
  });

  it('is the whole policy where it missed a version', async () => {
    await bring();
    await report('head');
    await people.addMember(team, 'dora');
    await bring();
    await people.addMember(team, 'emil');
    const parts = await bring();
    expect(parts.map(({ kind }) => kind)).toEqual(['full']);
    expect(policyFrom(parts)).toEqual(await headPolicy());
  });

  it('is the same bytes, whether it was just built or read again: parts of two sendings fit together', async () => {
    const built = await bring();
    expect(await bring()).toEqual(built);
  });

  it('is the whole policy again until it says that it holds it', async () => {
    await bring();
    expect((await bring()).map(({ kind }) => kind)).toEqual(['full']);
  });
});

describe('a batch of events', () => {
  it('is one build for each cluster', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    const other = await people.addCluster();
    await enrol(tables.control, other);
    const events = [eventFor(cluster), eventFor(other), eventFor(cluster)];
    expect(await bringPolicies(work, events)).toEqual([]);
    expect(published()).toHaveLength(2);
  });

  it('comes again only for the cluster that failed, and then sends what was built', async () => {
    await people.award(cluster, slug, team, [grant()]);
    const agent = await enrol(tables.control, cluster);
    const other = await people.addCluster();
    iot.on(PublishCommand, { topic: `keystone/${agent.thing}/policy` }).rejects(new Error('away'));
    const events = [eventFor(cluster), eventFor(other)];
    expect(await bringPolicies(work, events)).toEqual([events[0]?.messageId]);
    iot.reset();
    iot.on(PublishCommand).resolves({});
    expect(await bringPolicies(work, events.slice(0, 1))).toEqual([]);
    expect(policyFrom(published())).toEqual(await headPolicy());
  });

  it('does not come again for an event that can’t be read', async () => {
    const unreadable = [
      { messageId: 'a', body: 'no JSON' },
      { messageId: 'b', body: '{"type":"other"}' },
    ];
    expect(await bringPolicies(work, unreadable)).toEqual([]);
  });
});
