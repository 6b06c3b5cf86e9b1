import { IoTDataPlaneClient, PublishCommand } from '@aws-sdk/client-iot-data-plane';
import type { Policy, PolicyPart } from '@keystone/shared/contracts/policy.ts';
import { writeAgentState } from '@keystone/shared/store/agents/agent-records.ts';
import { postCharges } from '@keystone/shared/store/ledger/ledger-writer.ts';
import { readPolicyHead } from '@keystone/shared/store/agents/policy-heads.ts';
import type { MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources, type TestSources } from '@keystone/shared/store/testing/test-sources.ts';
import { charge, ZONE } from '@keystone/shared/store/testing/usage-records.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { bringPolicies, type PolicyWork } from '../bring-policies.ts';
import { STAGE } from './agent-messages.ts';
import { agentState } from './agent-state.ts';
import { listeningLog, listeningMeter } from './listeners.ts';
import { publishedParts } from './received-policies.ts';
import { world, type World } from './world.ts';

interface Asked {
  refresh?: boolean;
  restored?: boolean;
}

const iot = mockClient(IoTDataPlaneClient);

/** A cluster with a team, whose policy is brought as a test asks. */
export class PolicyWorld {
  readonly tables: MemoryTables;
  readonly sources: TestSources;
  readonly work: PolicyWork;
  readonly people: World;
  readonly cluster: number;
  readonly team: number;
  readonly slug: string;
  readonly iot = iot;

  private constructor(
    tables: MemoryTables,
    made: Pick<PolicyWorld, 'sources' | 'work' | 'people' | 'cluster' | 'team' | 'slug'>,
  ) {
    this.tables = tables;
    ({
      sources: this.sources,
      work: this.work,
      people: this.people,
      cluster: this.cluster,
      team: this.team,
      slug: this.slug,
    } = made);
  }

  static async begin(tables: MemoryTables): Promise<PolicyWorld> {
    iot.reset();
    iot.on(PublishCommand).resolves({});
    const sources = testSources(5);
    const work = {
      control: tables.control,
      ledger: tables.ledger,
      sources,
      broker: { iot: new IoTDataPlaneClient({ region: 'eu-west-1' }), stage: STAGE },
      zone: ZONE,
      log: listeningLog(),
      meter: listeningMeter(),
    };
    const people = world(tables.control, sources);
    const cluster = await people.addCluster();
    const slug = `chem-${cluster}`;
    const team = await people.addTeam(slug);
    return new PolicyWorld(tables, { sources, work, people, cluster, team, slug });
  }

  eventFor(id: number, extra: Asked = {}) {
    return {
      messageId: `message-${id}-${this.sources.ulid()}`,
      body: JSON.stringify({
        type: 'policy',
        cluster: id,
        cid: '7f0c5b9c-3a53-4a5e-9a0c-0d7a35a6a111',
        ...extra,
      }),
    };
  }

  published(): PolicyPart[] {
    return publishedParts(iot.commandCalls(PublishCommand).map(({ args: [{ input }] }) => input));
  }

  /**
   * Brings the policy.
   *
   * @returns what was sent
   * @throws where an event has to come again
   */
  async bring(extra: Asked = {}): Promise<PolicyPart[]> {
    iot.resetHistory();
    const failed = await bringPolicies(this.work, [this.eventFor(this.cluster, extra)]);
    if (failed.length > 0) throw new Error(`events have to come again: ${failed.join(', ')}`);
    return this.published();
  }

  async headPolicy(): Promise<Policy> {
    const head = await readPolicyHead(this.tables.control, this.cluster);
    if (!head) throw new Error('no head');
    return head.policy;
  }

  /** The agent says that it holds the head, applied or not, or nothing. */
  async report(holds: 'head' | 'head unapplied' | 'nothing', ackedThrough = 0, epoch = 1): Promise<void> {
    const { tables, cluster, sources } = this;
    const head = await readPolicyHead(tables.control, cluster);
    const held = holds !== 'nothing' && head ? { ...head.version, hash: head.hash } : null;
    const said = holds === 'head unapplied' ? { applied: null, held } : { applied: held };
    sources.clock.now = new Date(sources.clock.now.getTime() + 1000);
    await writeAgentState(tables.control, cluster, {
      seen: sources.now(),
      state: agentState({ epoch, ...said, ackedThrough }),
    });
  }

  /** A job of the team's account used hours, which the ledger has under a segment: of the job's number, or another. */
  async use(hours: number, jobIdRaw = 1, segment = jobIdRaw): Promise<void> {
    const { tables, sources, slug, cluster } = this;
    await postCharges({ ledger: tables.ledger, sources }, [
      charge({ account: slug, elapsed: hours * 3600, jobIdRaw }, { epoch: 1, segment }, cluster),
    ]);
  }
}
