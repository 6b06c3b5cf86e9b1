import { config } from '@keystone/agent/testing/builders.ts';
import { PolicyStore } from '@keystone/agent/policy/policy-store.ts';
import { compareVersions, versionText, type HeldPolicy } from '@keystone/agent/policy/policy-versions.ts';
import { Spool } from '@keystone/agent/spool/spool.ts';
import { nodeDisk } from '@keystone/agent/state/node-disk.ts';
import { readOnly } from '@keystone/agent/state/read-only-disk.ts';
import type { EndedLife } from './agent-life.ts';
import { accounts } from './cluster-double.ts';
import { SPOOL_SIZES } from './outside-calls.ts';
import type { Outside } from './outside.ts';
import { latestRuns, sumOf } from './seen-segments.ts';

/** What an agent that was killed leaves behind is held against what it had said and sent. */
export class DeathExaminer {
  readonly #folder: string;
  readonly #outside: Outside;
  #held: HeldPolicy | undefined;
  #applied: HeldPolicy | undefined;
  #spooled = 0;
  #agains = 0;

  constructor(folder: string, outside: Outside) {
    this.#folder = folder;
    this.#outside = outside;
  }

  /** @returns what is wrong, in words */
  async examine(life: EndedLife): Promise<string[]> {
    const disk = readOnly(nodeDisk(this.#folder));
    const { store, damaged } = await PolicyStore.open(disk);
    const { spool } = await Spool.open({
      ...SPOOL_SIZES,
      disk,
      zone: config.zone,
      epoch: config.epoch,
      now: () => this.#outside.cluster.now,
    });
    this.#spooled += life.spooled;
    return [
      ...damaged.map((file) => `${file} is half written`),
      ...this.#policies(store, life),
      ...(await this.#segments(spool)),
      ...this.#repeated(life),
      ...this.#sums(spool, store.held),
    ];
  }

  #policies(store: PolicyStore, life: EndedLife): string[] {
    const { policies } = this.#outside.cloud;
    const wrong: string[] = [];
    for (const [name, policy, before, said] of [
      ['held', store.held, this.#held, life.held],
      ['applied', store.applied, this.#applied, life.applied],
    ] as const) {
      const last = said.at(-1);
      const least = last === undefined ? before : policies.get(last);
      if (least && (!policy || compareVersions(policy.policy.version, least.policy.version) < 0))
        wrong.push(`the ${name} policy went back to ${textOf(policy)} from ${textOf(least)}`);
      if (policy && policies.get(textOf(policy))?.hash !== policy.hash)
        wrong.push(`the ${name} policy ${textOf(policy)} is not what was sent`);
    }
    this.#held = store.held;
    this.#applied = store.applied;
    if (store.applied && store.applied.hash === store.held?.hash) wrong.push(...this.#notHeld(store.applied));
    return wrong;
  }

  /** A policy that is said to be applied is on the scheduler, and whole. */
  #notHeld({ policy }: HeldPolicy): string[] {
    const { scheduler } = this.#outside.cluster;
    return policy.accounts.flatMap(({ account, locked, members }) => {
      const state = scheduler.accounts.get(account);
      const present = state?.members.map(({ user }) => user).sort();
      const holds =
        state?.locked === locked && JSON.stringify(present) === JSON.stringify([...members].sort());
      return holds
        ? []
        : [`policy ${versionText(policy.version)} counts as applied, and ${account} is not as it says`];
    });
  }

  async #segments(spool: Spool): Promise<string[]> {
    const { segments, cloud } = this.#outside;
    const wrong: string[] = [];
    const unnumbered = new Map<number, readonly unknown[]>();
    for (const segment of new Set([...segments.rows.keys(), ...numbersOf(spool)])) {
      if (spool.isProvisional(segment)) {
        if (spool.waiting.has(segment))
          unnumbered.set(segment, (await spool.message(segment))?.records ?? []);
        continue;
      }
      const message = await spool.message(segment);
      if (message) segments.note(segment, message.records);
      else if (!cloud.stored.has(segment))
        wrong.push(`segment ${segment} is gone, and the ledger has not got it`);
      if (!spool.waiting.has(segment) && !cloud.stored.has(segment))
        wrong.push(`segment ${segment} counts as stored, and the ledger has not got it`);
    }
    segments.noteUnnumbered(unnumbered);
    const rows = segments.rowCount;
    if (rows < this.#spooled) wrong.push(`${this.#spooled} rows were said to be safe, and ${rows} are there`);
    this.#spooled = rows;
    return wrong;
  }

  /** A row is spooled once, unless a session was lost before the agent knew that it had it: it reads all again then. */
  #repeated({ agains }: EndedLife): string[] {
    this.#agains += agains;
    const { repeated } = this.#outside.segments;
    return repeated !== undefined && this.#agains === 0 ? [`a row was spooled twice: ${repeated}`] : [];
  }

  /** What the agent counts as used is each of its runs once. */
  #sums(spool: Spool, held: HeldPolicy | undefined): string[] {
    if (!held) return [];
    const runs = latestRuns(this.#outside.segments.all);
    return accounts.flatMap((account) => {
      const standing = held.policy.accounts.find((entry) => entry.account === account);
      if (!standing) return [`${account} is not in the policy`];
      const own = spool.ownRunsSince(account, standing.through);
      const counted = own.reduce((sum, { seconds }) => sum + seconds, standing.runsTotal);
      const used = sumOf(runs, account);
      return counted === used ? [] : [`${account} counts ${counted} s as used, and its runs came to ${used}`];
    });
  }
}

const textOf = (policy: HeldPolicy | undefined): string =>
  policy ? versionText(policy.policy.version) : 'none';

function* numbersOf({ numbers }: Spool): Generator<number> {
  for (const { first, last } of numbers)
    for (let segment = first; segment <= last; segment += 1) yield segment;
}
