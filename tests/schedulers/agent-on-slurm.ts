import { openAgent, type Agent } from '@keystone/agent/engine/agent.ts';
import { createLog } from '@keystone/agent/log/log.ts';
import { openSlurm } from '@keystone/agent/schedulers/slurm/open-slurm.ts';
import { accountOf, config, partsOf, policyOf } from '@keystone/agent/testing/builders.ts';
import { FakeTransport } from '@keystone/agent/testing/fake-transport.ts';
import { MemoryDisk } from '@keystone/agent/testing/memory-disk.ts';
import { SessionNumbersDouble } from '@keystone/agent/testing/session-numbers-double.ts';
import { agentStateSchema } from '@keystone/shared/contracts/agent.ts';
import type { PolicyAccount } from '@keystone/shared/contracts/policy.ts';
import { usageMessageSchema, usageRecordSchema, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { eventually } from '../support/eventually.ts';
import { hurriedClock } from './hurried-clock.ts';

/** What an account of these suites is awarded, in billing-seconds, unless a test says otherwise. */
export const AWARDED = 36_000;

/** A minute of the agent's passes in three seconds. */
const HURRY = 20;

/** All of the agent, enforcing, in this process on a real Slurm; the cloud is a broker in memory. */
export class AgentOnSlurm {
  readonly #lab: SlurmLab;
  readonly #disk = new MemoryDisk();
  readonly #transport = new FakeTransport();
  readonly #accounts = new Map<string, PolicyAccount>();
  readonly #sent = new Map<string, UsageRecord>();
  readonly #log: string[] = [];
  #agent: Agent | undefined;
  #version = 0;
  #taken = 0;

  constructor(lab: SlurmLab) {
    this.#lab = lab;
    new SessionNumbersDouble().serve(this.#transport);
  }

  async start(): Promise<void> {
    const clock = hurriedClock(HURRY);
    this.#agent = await openAgent({
      config: { ...config, historyDays: 1 },
      mode: 'enforce',
      version: '0.1.0',
      disk: this.#disk,
      clock,
      random: () => 0.5,
      scheduler: openSlurm(this.#lab.env.SLURM_CONF, process.env),
      transport: this.#transport,
      log: createLog(
        (line) => this.#log.push(line),
        () => clock.now(),
      ),
    });
    const before = this.#transport.on(config.topics.state).length;
    this.#agent.start();
    // It reports once it listens for policy.
    await eventually(() => this.#transport.on(config.topics.state).length > before, {
      what: 'the agent to report',
    });
  }

  async stop(): Promise<void> {
    await this.#agent?.stop();
    this.#agent = undefined;
  }

  /** Sends a policy in which these accounts stand anew beside those of before. */
  govern(...accounts: (Partial<PolicyAccount> & { account: string })[]): void {
    for (const { account, ...rest } of accounts) this.#accounts.set(account, accountOf(account, rest));
    const sorted = [...this.#accounts.values()].sort((a, b) => (a.account < b.account ? -1 : 1));
    for (const part of partsOf(policyOf((this.#version += 1), sorted), undefined, 90_000))
      this.#transport.deliver(config.topics.policy, part);
  }

  /** What the ledger would hold: the last word on each run, under its raw job id and submit time. */
  runs(): ReadonlyMap<string, UsageRecord> {
    const messages = this.#transport.on(config.topics.usage);
    const segments = messages.slice(this.#taken).map((message) => {
      const { segment, records } = usageMessageSchema.parse(message);
      for (const record of records.map((one) => usageRecordSchema.parse(one)))
        this.#sent.set(`${record.jobIdRaw} ${record.submit}`, record);
      return segment;
    });
    this.#taken = messages.length;
    if (segments.length > 0)
      this.#transport.deliver(config.topics.ack, { v: 1, epoch: config.epoch, segments });
    return this.#sent;
  }

  runsOf(account: string): UsageRecord[] {
    return [...this.runs().values()].filter((run) => run.account === account);
  }

  /** What the agent reports now, `code: detail`. */
  problems(): string[] {
    const last = this.#transport.on(config.topics.state).at(-1);
    return last === undefined
      ? []
      : agentStateSchema.parse(last).problems.map(({ code, detail }) => `${code}: ${detail}`);
  }

  /** The lines that it logged. */
  get said(): string {
    return this.#log.join('');
  }
}
