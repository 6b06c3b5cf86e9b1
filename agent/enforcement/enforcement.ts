import type { AgentMode, AgentProblem } from '@keystone/shared/contracts/agent.ts';
import type { PolicyAccount } from '@keystone/shared/contracts/policy.ts';
import { dayOf } from '@keystone/shared/domain/calendar.ts';
import type { HeldPolicy } from '../policy/policy-versions.ts';
import type {
  ApplyResult,
  Change,
  Counter,
  DesiredAccount,
  Plan,
  Scheduler,
  SchedulerState,
  JobQueue,
} from '../schedulers/scheduler.ts';
import type { Spool } from '../spool/spool.ts';
import { Limits, type UsageKnowledge } from './limits.ts';
import { UnreadCounters } from './unread-counters.ts';

export interface EnforcementDeps {
  scheduler: Pick<Scheduler, 'readState' | 'readCounters' | 'queue' | 'plan' | 'portions' | 'apply'>;
  spool: Pick<Spool, 'ownRunsSince' | 'forgottenBeyond'>;
  /** Unix seconds. */
  now: () => number;
  monotonic: () => number;
  /** Takes the jobs of one more look, and says how well each account's ended runs are known then. */
  knowledgeAfter: (queue: JobQueue) => (account: string) => UsageKnowledge;
}

/** Changes between two looks at whether the policy is still the newest, of a scheduler that does not portion them. */
const STEP = 50;

/** What one pass found, and did. */
export interface PassResult {
  plan: Plan;
  /** Empty in observe mode. */
  results: readonly ApplyResult[];
  /** The policy that was written. */
  held: HeldPolicy;
  /** Whether the scheduler was seen to hold it. */
  holds: boolean;
  /** Accounts whose limits could not be worked out anew for long. */
  unread: readonly AgentProblem[];
}

/** Makes the scheduler hold a policy: read, work out limits, plan the differences, write them, and believe what was read back. */
export class Enforcement {
  readonly #deps: EnforcementDeps;
  readonly #limits = new Limits();
  readonly #unread = new UnreadCounters();

  constructor(deps: EnforcementDeps) {
    this.#deps = deps;
  }

  /**
   * One that comes while the scheduler is read is written from the same read: where policies come faster than it is read,
   * nothing would be written otherwise. One that comes later waits for the next pass, and of this one no more is written.
   *
   * @param newest the policy as it is when it is asked
   * @param mode with `observe` nothing is written
   */
  async pass(newest: () => HeldPolicy, mode: AgentMode): Promise<PassResult> {
    const { scheduler } = this.#deps;
    const begun = newest();
    const { policy } = begun;
    const asked = new Set(policy.accounts.flatMap(({ members }) => members));
    const state = await scheduler.readState(asked);
    const counters = await scheduler.readCounters(policy.accounts.map(({ account }) => account));
    // Looked at after the counters: a run that ended before they were read is missed now at the latest.
    const knowledge = this.#deps.knowledgeAfter(await scheduler.queue());
    const unread = this.#unread.look(unreadOf(policy, state, counters), this.#deps.monotonic());
    const held = newest();
    const accounts = accountsReadFor(policy, held.policy);
    const desired = this.#desired({ ...held.policy, accounts }, state, counters, knowledge);
    const plan = scheduler.plan(desired, waitingForOthers(state, accounts, asked));
    const isOutdated = () => newest() !== held;
    const results = mode === 'enforce' ? await this.#apply(plan.changes, isOutdated) : [];
    const done =
      results.length === plan.changes.length && results.every(({ outcome }) => outcome === 'applied');
    return { plan, results, held, holds: done && held === begun, unread };
  }

  async #apply(changes: readonly Change[], isOutdated: () => boolean): Promise<ApplyResult[]> {
    const { scheduler } = this.#deps;
    const results: ApplyResult[] = [];
    for (const portion of scheduler.portions?.(changes) ?? slicesOf(changes)) {
      if (isOutdated()) break;
      results.push(...(await scheduler.apply(portion)));
    }
    return results;
  }

  #desired(
    policy: HeldPolicy['policy'],
    state: SchedulerState,
    counters: ReadonlyMap<string, Counter>,
    knowledge: (account: string) => UsageKnowledge,
  ): DesiredAccount[] {
    const { spool, now, monotonic } = this.#deps;
    const day = dayOf(now(), policy.zone);
    const known = ({ account, through }: PolicyAccount): UsageKnowledge =>
      spool.forgottenBeyond(account, through) > 0 ? 'blind' : knowledge(account);
    const current = new Map(state.accounts.map(({ account, limitMinutes }) => [account, limitMinutes]));
    return policy.accounts.map((account) => ({
      account: account.account,
      locked: account.locked,
      members: account.members,
      limitMinutes: this.#limits.limitOf(
        {
          account,
          recent: spool.ownRunsSince(account.account, account.through),
          ...(current.has(account.account)
            ? { counter: counters.get(account.account), knowledge: known(account) }
            : NOT_THERE_YET),
          current: current.get(account.account) ?? null,
        },
        day,
        monotonic(),
      ),
    }));
  }
}

const slicesOf = (changes: readonly Change[]): Change[][] =>
  Array.from({ length: Math.ceil(changes.length / STEP) }, (_, slice) =>
    changes.slice(slice * STEP, (slice + 1) * STEP),
  );

/** What a newer policy says of accounts that were read for an older one. */
function accountsReadFor(read: HeldPolicy['policy'], newest: HeldPolicy['policy']): PolicyAccount[] {
  const known = new Set(read.accounts.map(({ account }) => account));
  return newest.accounts.filter(({ account }) => known.has(account));
}

/** Members whom the machine was not asked about wait, as those do whom it does not know. */
function waitingForOthers(
  state: SchedulerState,
  accounts: readonly PolicyAccount[],
  asked: ReadonlySet<string>,
): SchedulerState {
  const others = accounts.flatMap(({ members }) => members).filter((member) => !asked.has(member));
  return { ...state, unknownPeople: new Set([...state.unknownPeople, ...others]) };
}

/** Accounts that the scheduler has, and whose counters it did not tell. */
function unreadOf(
  { accounts }: HeldPolicy['policy'],
  state: SchedulerState,
  counters: ReadonlyMap<string, Counter>,
): string[] {
  const present = new Set(state.accounts.map(({ account }) => account));
  return accounts
    .map(({ account }) => account)
    .filter((account) => present.has(account) && !counters.has(account));
}

/** An account that the scheduler is yet to have begins to count at nothing. */
const NOT_THERE_YET = { counter: { counterSeconds: 0, runningSeconds: 0 }, knowledge: 'settled' } as const;

/** What failed, for people. */
export function failuresOf(results: readonly ApplyResult[]): AgentProblem[] {
  return results.flatMap((result) =>
    result.outcome === 'failed'
      ? [{ code: 'change-failed', detail: `${describeChange(result.change)}: ${result.detail}` }]
      : [],
  );
}

/** A change as one line: `set-limit chem 600 min`. */
export function describeChange(change: Change): string {
  const words: (string | number)[] = [change.kind, change.account];
  if ('user' in change) words.push(change.user);
  if ('limitMinutes' in change) words.push(change.limitMinutes, 'min');
  if (change.kind === 'add-account' && change.locked) words.push('(locked)');
  return words.join(' ');
}
