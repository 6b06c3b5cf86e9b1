import type { Change, FinishedRuns } from '@keystone/agent/schedulers/scheduler.ts';
import { entitledSeconds } from '@keystone/shared/domain/grants.ts';
import * as z from 'zod';
import { Chance } from '../../world/core/chance.ts';
import { CloudDouble, type Deliver } from './cloud-double.ts';
import { CHANGING, ClusterDouble } from './cluster-double.ts';
import type { Call } from './outside-calls.ts';
import { SeenSegments } from './seen-segments.ts';

/** A policy comes about so often, in seconds. */
const DECISION_SECONDS = 60;

/** A day on which all grants are live. */
const DAY = '2026-06-01';

/** Everything outside the agent, which lives on when it is killed. */
export class Outside {
  readonly segments: SeenSegments;
  readonly cluster: ClusterDouble;
  readonly cloud: CloudDouble;
  readonly violations: string[] = [];
  readonly #chance;
  #nextDecision: number;
  /** Where the agent that lives takes messages. */
  deliver: Deliver = () => undefined;

  constructor(seed: number, now: number) {
    const chance = new Chance(seed);
    this.#chance = chance.of('outside');
    this.cluster = new ClusterDouble(chance.of('cluster'), now);
    this.segments = new SeenSegments(this.cluster.served, (what) => this.violations.push(what));
    this.cloud = new CloudDouble(chance.of('cloud'), this.segments);
    this.#nextDecision = now + DECISION_SECONDS;
  }

  passTo(moment: number): void {
    this.cluster.passTo(moment);
    if (moment < this.#nextDecision || this.cluster.isQuiet) return;
    this.#nextDecision = moment + this.#chance.whole(1, 2 * DECISION_SECONDS);
    this.cloud.decide();
    this.cloud.sendPolicy(this.deliver);
  }

  /** @returns what a call of the agent's is answered with */
  async answer({ at, method, argument }: Call): Promise<unknown> {
    this.passTo(Math.floor(at / 1000));
    const { scheduler } = this.cluster;
    switch (method) {
      case 'describe':
        return scheduler.describe();
      case 'queue':
        return scheduler.queue();
      case 'readState':
        return scheduler.readState(z.array(z.string()).parse(argument));
      case 'readCounters':
        return scheduler.readCounters(z.array(z.string()).parse(argument));
      case 'finishedRuns': {
        const { from, to } = spanSchema.parse(argument);
        const slices: FinishedRuns[] = [];
        for await (const slice of scheduler.finishedRuns(from, to)) slices.push(slice);
        return slices;
      }
      case 'apply': {
        const changes = z.custom<readonly Change[]>().parse(argument);
        for (const change of changes) this.#checkLimit(change);
        return scheduler.apply(changes);
      }
      case 'publish': {
        const { topic, payload } = publishedSchema.parse(argument);
        this.cloud.take(topic, payload, this.deliver);
        return null;
      }
      case 'connect':
      case 'subscribe':
        return null;
    }
  }

  /** No limit lets more be used than any policy awarded that the agent may hold. */
  #checkLimit(change: Change): void {
    if (change.kind !== 'set-limit') return;
    const { account, limitMinutes } = change;
    const most = this.mostMinutes(account);
    if (limitMinutes > most)
      this.violations.push(`limit of ${account} is set to ${limitMinutes} min, ${most} at most`);
  }

  /**
   * The scheduler's counter and the true runs differ by what the counter began with, so a right limit is what was awarded
   * and that. Rows that change later leave the counter as it is.
   */
  mostMinutes(account: string): number {
    const awards = [...this.cloud.policies.values()].flatMap(({ policy }) =>
      policy.accounts
        .filter((entry) => entry.account === account)
        .map((entry) => entitledSeconds(entry, DAY)),
    );
    const changed = account === CHANGING ? CHANGED_SECONDS : 0;
    return Math.floor((Math.max(...awards) + (this.cluster.offsets.get(account) ?? 0) + changed) / 60) + 1;
  }
}

/** What rows that change may come to in a world. */
const CHANGED_SECONDS = 3_600;

const spanSchema = z.object({ from: z.number(), to: z.number() });
const publishedSchema = z.object({ topic: z.string(), payload: z.instanceof(Uint8Array) });
