import { PublishCommand } from '@aws-sdk/client-iot-data-plane';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { bringPolicies } from './bring-policies.ts';
import { enrol } from './testing/agent-messages.ts';
import { policyFrom } from './testing/received-policies.ts';
import { grant } from './testing/world.ts';
import { PolicyWorld } from './testing/policy-world.ts';

let tables: MemoryTables;
let policies: PolicyWorld;
let work: PolicyWorld['work'];
let people: PolicyWorld['people'];
let cluster: PolicyWorld['cluster'];
let team: PolicyWorld['team'];
let slug: PolicyWorld['slug'];

beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());
beforeEach(async () => {
  policies = await PolicyWorld.begin(tables);
  ({ work, people, cluster, team, slug } = policies);
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
    const parts = await policies.bring();
    expect(parts).toMatchObject([
      { kind: 'full', part: 1, parts: 1, topic: `keystone/keystone-test-${cluster}/policy` },
    ]);
    expect(policyFrom(parts)).toEqual(await policies.headPolicy());
  });

  it('is nothing where it holds the head', async () => {
    await policies.bring();
    await policies.report('head');
    expect(await policies.bring()).toEqual([]);
  });

  it('is the difference where it holds the head before', async () => {
    const before = policyFrom(await policies.bring());
    await policies.report('head');
    await people.addMember(team, 'dora');
    const parts = await policies.bring();
    expect(parts.map(({ kind }) => kind)).toEqual(['delta']);
    expect(policyFrom(parts, before)).toEqual(await policies.headPolicy());
  });

  it('is what it lacks of what it keeps, applied or not', async () => {
    const before = policyFrom(await policies.bring());
    await policies.report('head unapplied');
    expect(await policies.bring()).toEqual([]);
    await people.addMember(team, 'dora');
    const parts = await policies.bring();
    expect(parts.map(({ kind }) => kind)).toEqual(['delta']);
    expect(policyFrom(parts, before)).toEqual(await policies.headPolicy());
  });

  it('is the whole policy where it missed a version', async () => {
    await policies.bring();
    await policies.report('head');
    await people.addMember(team, 'dora');
    await policies.bring();
    await people.addMember(team, 'emil');
    const parts = await policies.bring();
    expect(parts.map(({ kind }) => kind)).toEqual(['full']);
    expect(policyFrom(parts)).toEqual(await policies.headPolicy());
  });

  it('is the same bytes, whether it was just built or read again: parts of two sendings fit together', async () => {
    const built = await policies.bring();
    expect(await policies.bring()).toEqual(built);
  });

  it('is the whole policy again until it says that it holds it', async () => {
    await policies.bring();
    expect((await policies.bring()).map(({ kind }) => kind)).toEqual(['full']);
  });
});

describe('a batch of events', () => {
  it('is one build for each cluster', async () => {
    await people.award(cluster, slug, team, [grant()]);
    await enrol(tables.control, cluster);
    const other = await people.addCluster();
    await enrol(tables.control, other);
    const events = [policies.eventFor(cluster), policies.eventFor(other), policies.eventFor(cluster)];
    expect(await bringPolicies(work, events)).toEqual([]);
    expect(policies.published()).toHaveLength(2);
  });

  it('comes again only for the cluster that failed, and then sends what was built', async () => {
    await people.award(cluster, slug, team, [grant()]);
    const agent = await enrol(tables.control, cluster);
    const other = await people.addCluster();
    policies.iot.on(PublishCommand, { topic: `keystone/${agent.thing}/policy` }).rejects(new Error('away'));
    const events = [policies.eventFor(cluster), policies.eventFor(other)];
    expect(await bringPolicies(work, events)).toEqual([events[0]?.messageId]);
    policies.iot.reset();
    policies.iot.on(PublishCommand).resolves({});
    expect(await bringPolicies(work, events.slice(0, 1))).toEqual([]);
    expect(policyFrom(policies.published())).toEqual(await policies.headPolicy());
  });

  it('comes again for an event that can’t be read, and for no other', async () => {
    const unreadable = [
      { messageId: 'a', body: 'no JSON' },
      { messageId: 'b', body: '{"type":"other"}' },
    ];
    expect(await bringPolicies(work, [policies.eventFor(cluster), ...unreadable])).toEqual(['a', 'b']);
    expect((await policies.headPolicy()).version.n).toBe(1);
  });
});
