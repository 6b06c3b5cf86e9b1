import type { PolicyAccount } from '@keystone/shared/contracts/policy.ts';
import type { Day } from '@keystone/shared/domain/calendar.ts';
import type { DayUsage } from '@keystone/shared/domain/grants.ts';
import { limitMinutes, remainingSeconds } from '@keystone/shared/domain/limit.ts';
import type { Counter } from '../schedulers/scheduler.ts';

/** After this an offset is too old to hold on to (an account in which jobs end all the time). */
const OFFSET_MS = 15 * 60_000;

/**
 * How `recent` stands to the scheduler's counter: it holds all runs that ended, or rows of some are on their way, or the
 * accounting is not being read and any number may be missing.
 */
export type UsageKnowledge = 'settled' | 'awaiting' | 'blind';

export interface LimitInput {
  account: PolicyAccount;
  /** Its runs that `runsTotal` does not hold, by start day. */
  recent: readonly DayUsage[];
  /** Undefined where it could not be read, as in an account in which something changes all the time. */
  counter: Counter | undefined;
  knowledge: UsageKnowledge;
  /** What the scheduler holds now, in minutes, or null where nothing limits the account. */
  current: number | null;
}

/**
 * Works out limits. The scheduler compares a limit with its own counter, which differs from the ledger by an offset that
 * drifts slowly. A run that ended is in the counter at once, and its row comes seconds later; in between the offset
 * seems to have grown by the whole run, and a limit set then would let the account use it twice. So the offset is taken
 * while the account is settled, and held while it is not.
 */
export class Limits {
  readonly #offsets = new Map<string, { seconds: number; at: number }>();

  /**
   * @param monotonic milliseconds
   * @returns the limit to write, in billing-minutes
   */
  limitOf(input: LimitInput, day: Day, monotonic: number): number {
    const { account, recent, current } = input;
    const remaining = remainingSeconds(account, recent, day);
    const used = recent.reduce((sum, { seconds }) => sum + seconds, account.runsTotal);
    const offset = this.#offsetOf(input, used, monotonic);
    if (!offset) return remaining <= 0 ? 0 : (current ?? limitMinutes(remaining, NOTHING_COUNTED));
    const target = { counter: used + offset.seconds, running: 0 };
    const minutes = limitMinutes(remaining, target);
    // Without an offset from a settled moment nothing says that a higher limit is due.
    if (!offset.known) return current === null ? minutes : Math.min(current, minutes);
    return isNear(current, minutes, remaining + target.counter) ? current : minutes;
  }

  #offsetOf(
    { account, counter, knowledge }: LimitInput,
    used: number,
    at: number,
  ): { seconds: number; known: boolean } | undefined {
    const held = this.#offsets.get(account.account);
    if (!counter) return held && { seconds: held.seconds, known: true };
    const seconds = counter.counterSeconds - counter.runningSeconds - used;
    // Rows that piled up while nothing was read come in only now: the offset is held on to until they had time to.
    if (knowledge === 'blind' && held) held.at = at;
    const outlived = knowledge === 'awaiting' && held !== undefined && at - held.at >= OFFSET_MS;
    if (knowledge === 'settled' || outlived) {
      this.#offsets.set(account.account, { seconds, at });
      return { seconds, known: true };
    }
    return held ? { seconds: Math.min(held.seconds, seconds), known: true } : { seconds, known: false };
  }
}

/** Where nothing limits an account yet and its counter is not known: rather too little than no limit. */
const NOTHING_COUNTED = { counter: 0, running: 0 };

/** A limit that is off by less than a minute is left alone, save where it begins or ceases to block. */
function isNear(current: number | null, minutes: number, targetSeconds: number): current is number {
  if (current === null || current === 0 || minutes === 0) return false;
  return Math.abs(targetSeconds - current * 60) < 60;
}
