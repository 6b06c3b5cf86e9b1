import { systemClock } from '@keystone/agent/clock/clock.ts';
import { Enforcement, type EnforcementDeps } from '@keystone/agent/enforcement/enforcement.ts';
import { PolicyIntake } from '@keystone/agent/policy/policy-intake.ts';
import { PolicyStore } from '@keystone/agent/policy/policy-store.ts';
import type { HeldPolicy } from '@keystone/agent/policy/policy-versions.ts';
import type { Change } from '@keystone/agent/schedulers/scheduler.ts';
import { openSimulated } from '@keystone/agent/schedulers/simulated/open-simulated.ts';
import type { SimulatedScheduler } from '@keystone/agent/schedulers/simulated/simulated-scheduler.ts';
import { simulationConfigSchema } from '@keystone/agent/schedulers/simulated/simulation-config.ts';
import { Spool } from '@keystone/agent/spool/spool.ts';
import { nodeDisk } from '@keystone/agent/state/node-disk.ts';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchRun } from '../figures/figure.ts';
import { timed } from '../measure/statistics.ts';
import { ZONE } from './policy-world.ts';

export interface Application {
  /** From the first message to a policy that is on disk. */
  intakeMs: number;
  /** From there to the changes: the scheduler read, limits worked out, differences found. */
  planMs: number;
  /** The policy's JSON parsed, and no more. */
  parseMs: number;
  /** Changes planned, and changes written to the scheduler. */
  planned: number;
  written: number;
}

/** The agent's own intake and enforcement, on disk, with a simulated scheduler and no time of its own. */
export class AgentSide {
  readonly #intake: PolicyIntake;
  readonly #store: PolicyStore;
  readonly #enforcement: Enforcement;
  readonly #scheduler: EnforcementDeps['scheduler'];
  readonly #changes: Change[] = [];

  private constructor(cluster: number, store: PolicyStore, spool: Spool, scheduler: SimulatedScheduler) {
    this.#store = store;
    this.#intake = new PolicyIntake(store, cluster, () => Promise.resolve());
    const now = () => Date.now() / 1000;
    this.#scheduler = countingWrites(scheduler, this.#changes);
    this.#enforcement = new Enforcement({
      scheduler: this.#scheduler,
      spool,
      now,
      monotonic: () => systemClock.monotonic(),
      knowledgeAfter: () => () => 'settled',
    });
  }

  static async open(run: BenchRun, cluster: number): Promise<AgentSide> {
    const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-agent-'));
    run.undo(() => rmSync(folder, { recursive: true, force: true }));
    const config = simulationConfigSchema.parse({ cluster: 'bench', workload: 'none' });
    const scheduler = openSimulated({ config, folder: join(folder, 'simulation') });
    run.undo(() => scheduler.close());
    const disk = nodeDisk(join(folder, 'agent'));
    const { store } = await PolicyStore.open(disk);
    const { spool } = await Spool.open({ disk, zone: ZONE, epoch: 1, now: () => Date.now() / 1000 });
    return new AgentSide(cluster, store, spool, scheduler);
  }

  /** Takes messages as they came and makes the scheduler hold what they say. */
  async apply(payloads: readonly Buffer[]): Promise<Application> {
    const started = performance.now();
    const held = await this.#take(payloads);
    const taken = performance.now();
    const { plan } = await this.#enforcement.pass(() => held, 'observe');
    const planMs = performance.now() - taken;
    this.#changes.length = 0;
    // The first policy in one go: each of the agent's steps of fifty would write the whole simulation to disk.
    if (!this.#store.applied) await this.#scheduler.apply(plan.changes);
    // A new account's people and limit are planned once it shows.
    for (;;) {
      const { holds, results } = await this.#enforcement.pass(() => held, 'enforce');
      if (holds && results.length === 0) break;
      const failed = results.find(({ outcome }) => outcome === 'failed');
      if (failed) throw new Error(`the scheduler refused ${JSON.stringify(failed)}`);
    }
    await this.#store.markApplied(held);
    const planned = plan.changes.length;
    const json = JSON.stringify(held.policy);
    const { ms: parseMs } = await timed((): unknown => JSON.parse(json));
    return { intakeMs: taken - started, planMs, parseMs, planned, written: this.#changes.length };
  }

  async #take(payloads: readonly Buffer[]): Promise<HeldPolicy> {
    for (const payload of payloads) {
      const result = await this.#intake.receive(payload);
      if (result.kind === 'refused') throw new Error(`the agent refused the policy: ${result.reason}`);
      if (result.kind === 'held') return result.policy;
    }
    throw new Error(`${payloads.length} messages made no policy`);
  }
}

/** The scheduler, and a list of all that is written to it. */
function countingWrites(scheduler: SimulatedScheduler, changes: Change[]): EnforcementDeps['scheduler'] {
  return {
    readState: (people) => scheduler.readState(people),
    readCounters: (accounts) => scheduler.readCounters(accounts),
    queue: () => scheduler.queue(),
    plan: (desired, state) => scheduler.plan(desired, state),
    apply: (wanted) => {
      changes.push(...wanted);
      return scheduler.apply(wanted);
    },
  };
}
