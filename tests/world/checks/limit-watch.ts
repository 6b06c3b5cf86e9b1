import type { Change } from '@keystone/agent/schedulers/scheduler.ts';
import { policySchema, type Policy, type PolicyAccount } from '@keystone/shared/contracts/policy.ts';
import { dayOf, type Day } from '@keystone/shared/domain/calendar.ts';
import { entitledSeconds, hasEnded, splitAtFirstGrant } from '@keystone/shared/domain/grants.ts';
import * as z from 'zod';
import type { ClusterScheduler } from '../cluster/cluster-scheduler.ts';
import type { WorldTime } from '../core/world-time.ts';
import type { Violations } from './violations.ts';

export interface LimitWatchParts {
  readonly time: WorldTime;
  readonly violations: Violations;
  readonly name: string;
  readonly cluster: ClusterScheduler;
  /** Unix seconds as the agent's machine has them, and had them by a clock that was set in so many milliseconds. */
  readonly agentSeconds: (milliseconds: number) => readonly number[];
  /** The policy that the agent has on disk. */
  readonly heldBytes: () => Uint8Array | undefined;
  /** Since when it had no room on its disk, if that was within so many seconds. */
  readonly fullSince: (seconds: number) => number | undefined;
}

/** A pass that was under way when a newer policy came may still write a limit of the one before. */
const BEFORE_MS = 15 * 60_000;

/** How far a pass may lie behind midnight, or behind a step of the clock. */
const PASS_SECONDS = 120;

/** Whole minutes are written, and a minute's difference is left alone. */
const ROUNDING = 120;

/** A reading of rows counts as current for three minutes, and a limit is worked out every minute. */
const NEWS_SECONDS = 300;

const fileSchema = z.object({ policy: policySchema });

/** Whenever an agent raises a limit: what it lets an account use in all is no more than its policy awards. */
export class LimitWatch {
  readonly #parts: LimitWatchParts;
  #held: { bytes: Uint8Array; policy: Policy } | undefined;
  #before: { policy: Policy; until: number }[] = [];
  checked = 0;

  constructor(parts: LimitWatchParts) {
    this.#parts = parts;
  }

  written(change: Change, limitBefore: number | null): void {
    if (change.kind !== 'set-limit') return;
    const { violations, name, cluster, time } = this.#parts;
    this.look();
    this.checked += 1;
    const before = this.#before.filter(({ until }) => until > time.now).map(({ policy }) => policy);
    const policies = [this.#held?.policy, ...before];
    const accounts = policies.flatMap(
      (policy) => policy?.accounts.filter((known) => known.account === change.account) ?? [],
    );
    const zone = this.#held?.policy.zone ?? 'UTC';
    const entitled = Math.max(...accounts.map((account) => this.#entitled(account, zone)));
    // To lower one that somebody had set too high is never wrong.
    if (limitBefore === null || change.limitMinutes <= limitBefore) return;
    const { used: counter, running } = cluster.standing(change.account);
    const used = cluster.usageOf(change.account).reduce((sum, { seconds }) => sum + seconds, 0);
    const allows = change.limitMinutes * 60 - (counter - running);
    const slack = ROUNDING + this.#unknown(change.account);
    if (used + allows <= entitled + slack) return;
    violations.add(
      'no limit allows more than was awarded',
      `${name} ${change.account}: a limit of ${change.limitMinutes} min lets it use ${used + allows} s in all; awarded are ${entitled} s (${slack} s unknown to the agent)`,
    );
  }

  /**
   * Takes note of the policy that is held now.
   *
   * @param isKnown false where the disk failed in the very last step of keeping it: the one before holds on until the agent
   *   knows of one, from whom it comes or from its disk
   */
  look(isKnown = true): void {
    const bytes = this.#parts.heldBytes();
    if (!bytes || (this.#held && Buffer.compare(bytes, this.#held.bytes) === 0)) return;
    const { policy } = fileSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    const { now } = this.#parts.time;
    this.#before = this.#before.filter(({ until }) => until > now);
    const until = isKnown ? now + BEFORE_MS : Infinity;
    if (isKnown)
      this.#before = this.#before.map((before) => ({ ...before, until: Math.min(before.until, until) }));
    if (this.#held) this.#before.push({ policy: this.#held.policy, until });
    this.#held = { bytes, policy };
  }

  /** E(t) on the agent's day; around midnight, and around a moment at which its clock was set, the one before counts as well. */
  #entitled(account: PolicyAccount, zone: string): number {
    const moments = this.#parts.agentSeconds(PASS_SECONDS * 1000).flatMap((now) => [now, now - PASS_SECONDS]);
    return Math.max(...moments.map((at) => this.#entitledOn(account, dayOf(at, zone))));
  }

  /** At most so much: runs that the policy's figures lack may all have been drawn from grants that ended. */
  #entitledOn(account: PolicyAccount, day: Day): number {
    const usage = this.#parts.cluster.usageOf(account.account);
    const { before } = splitAtFirstGrant(account.grants, usage);
    const since = usage.reduce((sum, { seconds }) => sum + seconds, 0) - account.runsTotal;
    const room = account.grants
      .filter((grant) => hasEnded(grant, day))
      .reduce((sum, { awarded, drawn }) => sum + awarded - drawn, 0);
    const late = Math.min(Math.max(0, since), room) + Math.max(0, before - account.baseline);
    return entitledSeconds(account, day) + late;
  }

  /** What ended and the agent can't have read yet, by the counter. */
  #unknown(account: string): number {
    const { cluster, fullSince } = this.#parts;
    // An agent that can keep no rows takes none.
    const since = Math.min(cluster.seconds, fullSince(NEWS_SECONDS) ?? Infinity);
    return (cluster.unforeseen.get(account) ?? 0) + cluster.countedSince(account, since - NEWS_SECONDS);
  }
}
