import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { clientDefaults, newDynamoDbClient } from '@keystone/lambdas/runtime/clients.ts';
import { systemSources } from '@keystone/lambdas/runtime/sources.ts';
import { bringPolicies, type PolicyWork } from '@keystone/lambdas/workers/bring-policies.ts';
import { agentState } from '@keystone/lambdas/workers/testing/agent-state.ts';
import { writeAgentState } from '@keystone/shared/store/agents/agent-records.ts';
import { readPolicyMark } from '@keystone/shared/store/agents/policy-heads.ts';
import type { BenchRun } from '../figures/figure.ts';
import { MeteredClient, type Units } from '../measure/metered-client.ts';
import { startBareBroker } from '../stack/bare-broker.ts';
import { changeAward, ZONE, type PolicyWorld } from './policy-world.ts';
import { RecordedReads } from './recorded-reads.ts';

const cid = '00000000-0000-4000-8000-000000000000';
const nothing = () => undefined;

export interface Build {
  ms: number;
  /** Of this process, which is the builder and no more. */
  processorMs: number;
  /** Messages to the agent, as they went out. */
  payloads: Buffer[];
}

/** The builder as it deploys, save that its function's front is left out, and an agent that holds what it is sent. */
export class Builder {
  readonly #reads: RecordedReads;
  readonly #world: PolicyWorld;
  readonly #work: PolicyWork;
  readonly #metered: MeteredClient;
  #payloads: Buffer[] = [];
  #told = Date.now();

  private constructor(run: BenchRun, world: PolicyWorld, broker: string, payloads: Buffer[]) {
    const { credentials, region } = world.control.client.config;
    const { endpoint } = world;
    const client = newDynamoDbClient({ endpoint, credentials, region });
    const iot = new IoTDataPlaneClient({ ...clientDefaults(), endpoint: broker, credentials, region });
    this.#metered = new MeteredClient(client);
    run.undo(() => [client, iot, this.#metered.client].forEach((open) => open.destroy()));
    this.#reads = new RecordedReads(client);
    this.#world = world;
    this.#payloads = payloads;
    this.#work = workOn(world, client, iot);
  }

  static async open(run: BenchRun, world: PolicyWorld): Promise<Builder> {
    const payloads: Buffer[] = [];
    const broker = await startBareBroker(run, (payload) => payloads.push(payload));
    return new Builder(run, world, broker, payloads);
  }

  /** The policy after an event, up to its last message. */
  async build(event: { refresh?: boolean } = {}): Promise<Build> {
    this.#payloads.length = 0;
    this.#reads.forget();
    const [started, before] = [performance.now(), process.cpuUsage()];
    await this.#bring(this.#work, event);
    const ms = performance.now() - started;
    const { user, system } = process.cpuUsage(before);
    return { ms, processorMs: (user + system) / 1000, payloads: [...this.#payloads] };
  }

  /** The reads of the last build again, with nothing around them. */
  repeatReads(): Promise<void> {
    return this.#reads.repeat(this.#world.endpoint);
  }

  /** What the store says that a build takes. */
  async units(event: { refresh?: boolean } = {}): Promise<Units> {
    const { client } = this.#metered;
    const { control, ledger } = this.#work;
    this.#metered.take();
    await this.#bring(
      { ...this.#work, control: { ...control, client }, ledger: { ...ledger, client } },
      event,
    );
    return this.#metered.take();
  }

  /** Awards an account so many hours more than at first. */
  award(team: number, hours: number): Promise<void> {
    return changeAward(this.#world.control, this.#world.cluster, team, hours);
  }

  /** The agent says that it holds what it was sent last. */
  async hold(): Promise<void> {
    const { control, cluster } = this.#world;
    const mark = await readPolicyMark(control, cluster);
    if (!mark) throw new Error('there is no policy to hold');
    const applied = { ...mark.version, hash: mark.hash };
    this.#told += 1;
    const isNews = await writeAgentState(control, cluster, {
      seen: new Date(this.#told),
      state: agentState({ applied }),
    });
    if (!isNews) throw new Error("the agent's word was not taken");
  }

  async #bring(work: PolicyWork, event: { refresh?: boolean }): Promise<void> {
    const body = JSON.stringify({ type: 'policy', cluster: this.#world.cluster, cid, ...event });
    const failed = await bringPolicies(work, [{ messageId: 'event', body }]);
    if (failed.length > 0) throw new Error('the builder did not bring the policy');
  }
}

function workOn(
  { control, ledger }: PolicyWorld,
  client: DynamoDBClient,
  iot: IoTDataPlaneClient,
): PolicyWork {
  return {
    control: { ...control, client },
    ledger: { ...ledger, client },
    sources: systemSources,
    zone: ZONE,
    broker: { iot, stage: 'local' },
    log: { info: nothing, warn: nothing, error: (event, details) => console.error(event, details) },
    meter: { count: nothing, flush: nothing },
  };
}
