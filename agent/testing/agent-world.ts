import { agentStateSchema, type AgentMode, type AgentState } from '@keystone/shared/contracts/agent.ts';
import type { Policy, PolicyDelta } from '@keystone/shared/contracts/policy.ts';
import { usageMessageSchema, usageRecordSchema, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import * as z from 'zod';
import { openAgent, type Agent } from '../engine/agent.ts';
import type { AgentDeps } from '../engine/agent-deps.ts';
import { createLog } from '../log/log.ts';
import type { AgentConfig } from '../state/agent-config.ts';
import { readStatus, type AgentStatus } from '../state/status-file.ts';
import { config, partsOf, runOf } from './builders.ts';
import { FakeScheduler } from './fake-scheduler.ts';
import { FakeTransport } from './fake-transport.ts';
import { MemoryDisk } from './memory-disk.ts';
import { SessionNumbersDouble } from './session-numbers-double.ts';
import { VirtualClock } from './virtual-clock.ts';

export const SECOND = 1_000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;

const logLineSchema = z.looseObject({ event: z.string() });

/** The agent in a world of time, disk, scheduler and broker that a test moves. */
export class AgentWorld {
  readonly clock = new VirtualClock();
  readonly disk = new MemoryDisk();
  readonly scheduler = new FakeScheduler();
  readonly transport = new FakeTransport();
  readonly logged: z.infer<typeof logLineSchema>[] = [];
  config: AgentConfig = config;
  mode: AgentMode = 'enforce';
  spoolSizes: NonNullable<AgentDeps['spoolSizes']> = {};
  readonly numbers = new SessionNumbersDouble();
  #agent: Agent | undefined;

  constructor() {
    this.numbers.serve(this.transport);
  }

  async start(): Promise<void> {
    this.#agent = await openAgent({
      ...this,
      version: '0.1.0',
      random: () => 0.5,
      log: createLog(
        (line) => this.logged.push(logLineSchema.parse(JSON.parse(line))),
        () => this.clock.now(),
      ),
    });
    this.#agent.start();
    await this.clock.advance(0);
  }

  async stop(): Promise<void> {
    const stopped = this.#agent?.stop();
    await this.clock.advance(0);
    await stopped;
  }

  /** The agent is gone without a word; a new one begins on the same disk. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  /** A job of chem runs and is over when this returns; its row shows `late` milliseconds after its end. */
  async runJob(id: number, late = 0): Promise<void> {
    this.scheduler.jobs.set(id, { user: 'alice', account: 'chem', started: true });
    await this.clock.advance(10 * SECOND);
    this.scheduler.jobs.delete(id);
    const row = runOf(id, { end: this.seconds });
    await this.clock.advance(late);
    this.scheduler.addRow(row);
  }

  get seconds(): number {
    return Math.floor(this.clock.now() / 1000);
  }

  async send(policy: Policy, delta?: PolicyDelta): Promise<void> {
    for (const part of partsOf(policy, delta)) this.transport.deliver(this.config.topics.policy, part);
    await this.clock.advance(0);
  }

  /** The ledger names segments, told by the order in which they first came: 1 is the first. */
  async store(ordinals: number[], epoch = this.config.epoch): Promise<void> {
    const came = [...new Set(this.usage().map(({ segment }) => segment))];
    const segments = ordinals.map((ordinal) => came[ordinal - 1] ?? ordinal);
    this.transport.deliver(this.config.topics.ack, { v: 1, epoch, segments });
    await this.clock.advance(0);
  }

  states(): AgentState[] {
    return this.transport.on(this.config.topics.state).map((state) => agentStateSchema.parse(state));
  }

  problems(): string[] {
    return (
      this.states()
        .at(-1)
        ?.problems.map(({ code }) => code) ?? []
    );
  }

  usage(): { segment: number; records: UsageRecord[] }[] {
    return this.transport.on(this.config.topics.usage).map((message) => {
      const { segment, records } = usageMessageSchema.parse(message);
      return { segment, records: records.map((record) => usageRecordSchema.parse(record)) };
    });
  }

  async status(): Promise<AgentStatus | undefined> {
    return readStatus(this.disk);
  }
}
