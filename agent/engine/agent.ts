import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { pause, seconds } from '../clock/clock.ts';
import { logEvents } from '../log/log-events.ts';
import { reasonOf } from '../log/log.ts';
import type { JobQueue, SchedulerDescription } from '../schedulers/scheduler.ts';
import { writeStatus } from '../state/status-file.ts';
import { Accounting } from '../usage/accounting.ts';
import type { AgentDeps } from './agent-deps.ts';
import { openMemory, type AgentMemory } from './agent-memory.ts';
import { agentState } from './agent-state.ts';
import { CloudSide } from './cloud-side.ts';
import { addEnforcementTasks } from '../enforcement/enforcement-lane.ts';
import { Enforcement } from '../enforcement/enforcement.ts';
import { JobWatch } from '../usage/job-watch.ts';
import type { UnreadableRows } from '../usage/unreadable-rows.ts';
import type { UsageKnowledge } from '../enforcement/limits.ts';
import { Problems } from './problems.ts';
import { ReportNumbers } from './report-numbers.ts';
import { StateReport } from './state-report.ts';
import { taskFaults } from './task-faults.ts';
import { TaskLane } from './task-lane.ts';
import { addUsageTasks, takeLook } from '../usage/usage-lane.ts';

const STATUS_MS = 15_000;
const TIDY_MS = 3_600_000;

/** A command of the scheduler that hangs does not keep the agent from ending; the next one reads what came of it. */
const STOP_MS = 10_000;

/** Opens what is on disk and puts the agent together. Nothing runs before `start`. */
export async function openAgent(deps: AgentDeps): Promise<Agent> {
  return new Agent(deps, await openMemory(deps));
}

/** One cluster's agent: three lanes of tasks (usage, enforcement, housekeeping) and the cloud, over one memory. */
export class Agent {
  readonly #deps: AgentDeps;
  readonly #memory: AgentMemory;
  readonly #problems: Problems;
  readonly #cloud: CloudSide;
  readonly #report: StateReport;
  readonly #lanes: { usage: TaskLane; enforcing: TaskLane; housekeeping: TaskLane };
  readonly #watch = new JobWatch();
  readonly #accounting: Accounting;
  readonly #numbers: ReportNumbers;
  #description: SchedulerDescription | undefined;

  constructor(deps: AgentDeps, memory: AgentMemory) {
    this.#deps = deps;
    this.#memory = memory;
    this.#numbers = new ReportNumbers(deps);
    this.#report = new StateReport({ clock: deps.clock, report: () => this.#reportState(true) });
    this.#problems = new Problems(() => this.#report.request());
    this.#cloud = new CloudSide({
      ...deps,
      ...memory,
      problems: this.#problems,
      onPolicy: () => this.#lanes.enforcing.wake('limits'),
      onReportDue: () => this.#report.request(),
      onOthersSpoke: async () => {
        await memory.catchingUp.othersSpoke();
        this.#lanes.usage.wake('accounting');
      },
      onFiguresBehind: (segment) => memory.catchingUp.figuresBehind(segment),
    });
    const lane = { clock: deps.clock, random: deps.random, ...taskFaults(this.#problems, deps.log) };
    this.#lanes = {
      usage: new TaskLane(lane),
      enforcing: new TaskLane(lane),
      housekeeping: new TaskLane(lane),
    };
    this.#accounting = this.#makeAccounting();
    this.#addTasks();
    const { damaged } = memory;
    const detail = `unreadable, and asked for anew: ${damaged.join(', ')}`;
    if (damaged.length > 0) this.#problems.set('policy', [{ code: 'policy-damaged', detail }]);
  }

  start(): void {
    for (const lane of Object.values(this.#lanes)) lane.start();
    this.#report.start();
    this.#cloud.start();
  }

  /** Ends in order: what was begun is finished, the cloud is told, the connection is closed. */
  async stop(): Promise<void> {
    const stopped = new AbortController();
    const lanes = Promise.all(Object.values(this.#lanes).map((lane) => lane.stop()));
    await Promise.race([lanes, pause(this.#deps.clock, STOP_MS, stopped.signal)]);
    stopped.abort();
    await this.#report.stop();
    await this.#cloud.stop();
  }

  #makeAccounting(): Accounting {
    const { scheduler, clock, log } = this.#deps;
    return new Accounting({
      firstReading: this.#deps.config.historyDays * 86_400,
      scheduler,
      spool: this.#memory.spool,
      now: () => seconds(clock),
      monotonic: () => clock.monotonic(),
      ready: () => this.#memory.catchingUp.ready(),
      onRows: (rows) => this.#takeRows(rows),
      onUnreadable: (pass, rows) => {
        this.#problems.set(`rows ${pass}`, rows.count === 0 ? [] : [unreadableProblem(rows)]);
        if (rows.count > 0) log.warn(logEvents.rowsUnreadable, { pass, rows: rows.count });
      },
    });
  }

  #addTasks(): void {
    const { enforcing, housekeeping } = this.#lanes;
    addUsageTasks({
      ...this.#usageParts(),
      onReachedPresent: (isRescanning) => this.#memory.catchingUp.reachedPresent(isRescanning),
      onCaughtUp: () => enforcing.wake('limits'),
    });
    addEnforcementTasks({
      ...this.#deps,
      lane: enforcing,
      enforcement: this.#makeEnforcement(),
      store: this.#memory.store,
      problems: this.#problems,
      now: () => this.#deps.clock.now(),
      onDescribed: (description) => this.#takeDescription(description),
      onApplied: () => this.#report.request(),
    });
    housekeeping.add({ name: 'status', run: () => this.#reportState(false).then(() => STATUS_MS) }, true);
    housekeeping.add({ name: 'tidy', run: () => this.#tidy().then(() => TIDY_MS) }, true);
  }

  #usageParts() {
    const { clock, scheduler } = this.#deps;
    const { spool } = this.#memory;
    return {
      lane: this.#lanes.usage,
      clock,
      scheduler,
      watch: this.#watch,
      accounting: this.#accounting,
      spool,
    };
  }

  #makeEnforcement(): Enforcement {
    const { scheduler, clock } = this.#deps;
    return new Enforcement({
      scheduler,
      spool: this.#memory.spool,
      now: () => seconds(clock),
      monotonic: () => clock.monotonic(),
      knowledgeAfter: (queue) => this.#knowledgeAfter(queue),
    });
  }

  #knowledgeAfter(queue: JobQueue): (account: string) => UsageKnowledge {
    takeLook(this.#usageParts(), queue);
    if (!this.#accounting.isWhole) return () => 'blind';
    const unsettled = this.#watch.unsettled();
    return (account) => (unsettled.has(account) ? 'awaiting' : 'settled');
  }

  #takeDescription(description: SchedulerDescription): void {
    if (!this.#description) this.#report.request();
    this.#description = description;
  }

  #takeRows(rows: readonly UsageRecord[]): void {
    this.#deps.log.info(logEvents.runsSpooled, { runs: rows.length });
    this.#watch.rowsCame(rows);
    this.#cloud.sendUsage();
  }

  async #tidy(): Promise<void> {
    const { store, spool } = this.#memory;
    // Before the first policy nobody knows which runs its figures will hold.
    if (!store.held) return;
    const { accounts } = store.held.policy;
    await spool.tidy(new Map(accounts.map(({ account, through }) => [account, through])));
  }

  /** The cloud brings figures forward as soon as it hears that all that was read first is stored. */
  async #settle(isToldAnyway: boolean): Promise<void> {
    try {
      if ((await this.#memory.catchingUp.settle()) && !isToldAnyway) this.#report.request();
    } catch (error) {
      this.#deps.log.warn(logEvents.statusWriteFailed, { reason: reasonOf(error) });
    }
  }

  async #reportState(toCloud: boolean): Promise<void> {
    const { disk, log } = this.#deps;
    await this.#settle(toCloud);
    const state = agentState(this.#deps, this.#memory, {
      report: this.#numbers.next(),
      session: toCloud ? this.#cloud.asking : undefined,
      description: this.#description,
      problems: this.#problems.list(),
    });
    const { connected, lastContact } = this.#cloud;
    const heard = lastContact === null ? null : new Date(lastContact).toISOString();
    try {
      await writeStatus(disk, { v: 1, state, connected, lastContact: heard });
    } catch (error) {
      // The file is for people at this machine; the cloud is told all the same.
      log.warn(logEvents.statusWriteFailed, { reason: reasonOf(error) });
    }
    if (toCloud) await this.#cloud.sendState(state);
  }
}

function unreadableProblem({ count, first }: UnreadableRows) {
  return {
    code: 'accounting-unreadable',
    detail: `${count} rows of the scheduler's accounting can't be understood and are not charged; the first: ${first ?? ''}`,
  };
}
