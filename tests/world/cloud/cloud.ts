import { bringPolicies } from '@keystone/lambdas/workers/bring-policies.ts';
import { noteAgentStates } from '@keystone/lambdas/workers/note-agent-states.ts';
import { sqsHandler } from '@keystone/lambdas/workers/sqs-batch.ts';
import { storeUsage } from '@keystone/lambdas/workers/store-usage.ts';
import { sweepOutbox } from '@keystone/lambdas/tasks/sweep-outbox.ts';
import { turnGrants } from '@keystone/lambdas/tasks/turn-grants.ts';
import type { WorldBroker } from '../broker/world-broker.ts';
import type { Chance, Stream } from '../core/chance.ts';
import { Life } from '../core/life.ts';
import type { Journal } from '../core/journal.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import type { Plant } from '../plants/plant.ts';
import type { WorldStore } from '../store/world-store.ts';
import { CloudClients } from './cloud-clients.ts';
import { failuresOf, FunctionPool, type BatchHandler } from './function-pool.ts';
import { quietLog, quietMeter } from './quiet.ts';
import { recordOf } from './sqs-event.ts';
import { WorkQueue } from './work-queue.ts';

export const STAGE = 'world';
export const CONTROL = 'control';
export const LEDGER = 'ledger';
/** Lambda tries what the schedule started so often. */
const TASK_ATTEMPTS = 3;
const POLICY_QUEUE_URL = 'https://sqs.world/policy';

export interface CloudParts {
  readonly time: WorldTime;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly journal: Journal;
  readonly store: WorldStore;
  readonly broker: WorldBroker;
  readonly zone: string;
  readonly plant: Plant;
  /** Items over which the ledger spreads each sum. */
  readonly shards: number;
  readonly onSent: (body: string) => void;
}

type Task = 'outbox-sweep' | 'grant-turn' | 'restored-turn';
type FunctionOf = 'ledger' | 'policy-builder' | 'agent-state' | 'api' | Task;

/** Everything of the product that runs on Lambda, on the world's tables, queues and broker. */
export class Cloud {
  readonly queues: { usage: WorkQueue; 'agent-state': WorkQueue; policy: WorkQueue };
  readonly pools: FunctionPool[];
  readonly #parts: CloudParts;
  readonly #net: Stream;
  readonly #clients: CloudClients;
  #ids = 0;
  #away = false;
  /** Tasks that failed for good. */
  readonly #missed = new Set<Task>();

  constructor(parts: CloudParts) {
    this.#parts = parts;
    this.#net = parts.chance.of('lambda network');
    this.#clients = new CloudClients({ ...parts, net: this.#net, onEvent: (body) => this.#take(body) });
    const pool = (name: FunctionOf, timeoutMs: number, start: (life: Life) => BatchHandler) =>
      new FunctionPool({ name, environments: 2, timeoutMs, start }, parts);
    const ledger = pool('ledger', 60_000, (life) => this.#ledger(life));
    const states = pool('agent-state', 20_000, (life) => this.#agentStates(life));
    const policies = pool('policy-builder', 60_000, (life) => this.#policyBuilder(life));
    this.pools = [ledger, states, policies];
    this.queues = {
      usage: new WorkQueue('usage', ledger, parts),
      'agent-state': new WorkQueue('agent-state', states, parts),
      policy: new WorkQueue('policy', policies, parts),
    };
  }

  /** Functions and tables are gone; what queues hold stays in them. */
  leave(): void {
    this.#away = true;
    this.#parts.store.isAway = true;
    for (const pool of this.pools) pool.leave();
  }

  comeBack(): void {
    this.#away = false;
    this.#parts.store.isAway = false;
    for (const pool of this.pools) pool.comeBack();
  }

  /** Clock, ids and chance of one environment. */
  sources(life: Life) {
    const { time } = this.#parts;
    return {
      now: () => new Date(time.now),
      ulid: () => this.#ulid(),
      random: this.#net.next,
      pause: (milliseconds: number) => life.wait(milliseconds),
    };
  }

  tables(life: Life, of: FunctionOf) {
    const client = this.#clients.dynamodb(life, of);
    const { shards } = this.#parts;
    const pause = (milliseconds: number) => life.wait(milliseconds);
    return { control: { client, table: CONTROL, pause }, ledger: { client, table: LEDGER, shards, pause } };
  }

  outbox(life: Life, of: FunctionOf, control = this.tables(life, of).control) {
    const { time } = this.#parts;
    const deadline = (milliseconds: number): AbortSignal => {
      const controller = new AbortController();
      time.after(milliseconds, () => life.isAlive && controller.abort());
      return controller.signal;
    };
    return { sqs: this.#clients.sqs(life, of), policyQueueUrl: POLICY_QUEUE_URL, table: control, deadline };
  }

  /** Runs a task as the schedule does: one that fails, or dies on its way, is tried twice more. */
  runTask(task: Task, attempt = 1): void {
    const { time, journal } = this.#parts;
    const failed = (why: string): void => {
      journal.note(task, () => `failed: ${why}`);
      if (attempt === TASK_ATTEMPTS) this.#missed.add(task);
      else time.after(attempt * 60_000, () => this.runTask(task, attempt + 1));
    };
    if (this.#away) return failed('functions are away');
    this.#runOnce(task).then(
      (count) => {
        if (count > 0) journal.note(task, () => `did ${count}`);
      },
      (error: unknown) => failed(String(error)),
    );
  }

  /** What an operator does about tasks that failed for good (runbook, task-failures). */
  makeUp(): void {
    for (const task of this.#missed) this.runTask(task);
    this.#missed.clear();
  }

  #runOnce(task: Task): Promise<number> {
    const { time, weather } = this.#parts;
    const life = new Life(time);
    if (weather.strikes('lambda-crash', 0.1)) life.endAtCall(this.#net.whole(1, 30) / 2);
    return new Promise((resolve, reject) => {
      life.onEnd(() => reject(new Error('the function died')));
      const stopTimer = time.after(60_000, () => life.end());
      const destination = this.outbox(life, task);
      const done =
        task === 'outbox-sweep'
          ? sweepOutbox(destination, new Date(time.now))
          : turnGrants(destination.table, destination, this.newCid(), task === 'restored-turn');
      done.finally(stopTimer).then(resolve, reject);
    });
  }

  newCid(): string {
    this.#ids += 1;
    return `00000000-0000-4000-8000-${String(this.#ids).padStart(12, '0')}`;
  }

  #ledger(life: Life): BatchHandler {
    const { zone, plant, journal } = this.#parts;
    const { control, ledger } = this.tables(life, 'ledger');
    const broker = { iot: this.#clients.iot(life), stage: STAGE };
    const common = { log: quietLog(journal, 'ledger'), meter: quietMeter };
    const store = { control, ledger, sources: this.sources(life), broker, zone, ...common };
    const work = plant.ledgerWork?.(store) ?? ((messages) => storeUsage(store, messages));
    return this.#handler('ledger', work);
  }

  #agentStates(life: Life): BatchHandler {
    const { control } = this.tables(life, 'agent-state');
    const notes = {
      control,
      queue: { sqs: this.#clients.sqs(life, 'agent-state'), policyQueueUrl: POLICY_QUEUE_URL },
      broker: { iot: this.#clients.iot(life), stage: STAGE },
      sources: this.sources(life),
      newCid: () => this.newCid(),
      log: quietLog(this.#parts.journal, 'agent-state'),
      meter: quietMeter,
    };
    return this.#handler('agent-state', (messages) => noteAgentStates(notes, messages));
  }

  #policyBuilder(life: Life): BatchHandler {
    const { zone, journal } = this.#parts;
    const broker = { iot: this.#clients.iot(life), stage: STAGE };
    const common = { log: quietLog(journal, 'policy-builder'), meter: quietMeter };
    const work = {
      ...this.tables(life, 'policy-builder'),
      sources: this.sources(life),
      broker,
      zone,
      ...common,
    };
    return this.#handler('policy-builder', (messages) => bringPolicies(work, messages));
  }

  #handler(name: FunctionOf, work: BatchHandler): BatchHandler {
    const handler = sqsHandler(quietMeter, work);
    const answered: BatchHandler = async (messages) =>
      failuresOf(await handler({ Records: messages.map(recordOf) }));
    return this.#parts.plant.handler?.(name, answered) ?? answered;
  }

  #take(body: string): void {
    this.#parts.onSent(body);
    this.queues.policy.send(body);
  }

  /** Unique, and rising with time. */
  #ulid(): string {
    this.#ids += 1;
    const time = Math.floor(this.#parts.time.now).toString(32).padStart(10, '0');
    return `${time}${this.#ids.toString(32).padStart(16, '0')}`.toUpperCase();
  }
}
