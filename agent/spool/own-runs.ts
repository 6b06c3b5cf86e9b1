import type { SegmentMark } from '@keystone/shared/contracts/policy.ts';
import type { Day } from '@keystone/shared/domain/calendar.ts';
import type { DayUsage } from '@keystone/shared/domain/grants.ts';

/** What the runs of one segment add to an account, by the day on which they started. */
export interface AccountDaySum {
  account: string;
  day: Day;
  seconds: number;
}

interface SegmentSum {
  segment: number;
  /** The agent's epoch when the segment was written. */
  epoch: number;
  day: Day;
  seconds: number;
  /** The segment was not sent under this number: no mark says that the ledger has it. */
  provisional?: boolean | undefined;
}

/** Sums of an account up to a segment, or of some of them, are here no more. */
interface ForgottenSums {
  account: string;
  segment: number;
}

/** Own runs of each account by segment, to tell what a policy's runsTotal does not hold yet. */
export class OwnRuns {
  readonly #byAccount = new Map<string, SegmentSum[]>();
  /** The last segment of each account whose sums are here no more. */
  readonly #forgotten: Map<string, number>;

  constructor(forgotten: readonly ForgottenSums[] = []) {
    this.#forgotten = new Map(forgotten.map(({ account, segment }) => [account, segment]));
  }

  add(segment: number, epoch: number, sums: readonly AccountDaySum[], provisional?: boolean): void {
    for (const { account, day, seconds } of sums) {
      const known = this.#byAccount.get(account) ?? [];
      known.push({ segment, epoch, day, seconds, provisional });
      this.#byAccount.set(account, known);
    }
  }

  /** Takes back what a segment added, which goes on under another number. */
  remove(segment: number, sums: readonly AccountDaySum[]): void {
    for (const { account, day } of sums) {
      const known = this.#byAccount.get(account) ?? [];
      // It is among the latest.
      const at = known.findLastIndex((sum) => sum.segment === segment && sum.day === day);
      if (at !== -1) known.splice(at, 1);
    }
  }

  /**
   * Runs of an account that are not in its runsTotal, by start day.
   *
   * @param through the mark that came with runsTotal
   * @param epoch the agent's epoch now
   */
  since(account: string, through: SegmentMark, epoch: number): DayUsage[] {
    const days = new Map<Day, number>();
    for (const sum of this.#byAccount.get(account) ?? [])
      if (!covers(through, sum, epoch)) days.set(sum.day, (days.get(sum.day) ?? 0) + sum.seconds);
    return [...days].map(([day, seconds]) => ({ day, seconds }));
  }

  /**
   * The last segment that a runsTotal does not hold and whose sums are here no more, or 0: tables that were restored, and old
   * messages that come again, may bring one from before all that is here.
   *
   * @param through the mark that came with runsTotal
   */
  forgottenBeyond(account: string, through: SegmentMark): number {
    const forgotten = this.#forgotten.get(account) ?? 0;
    return forgotten > through.segment ? forgotten : 0;
  }

  /**
   * Forgets sums of segments up to one that runsTotal holds by now; an account without a policy gets its runsTotal
   * from a ledger that has them all.
   */
  forgetCovered(upTo: number, marks: ReadonlyMap<string, SegmentMark>, epoch: number): void {
    for (const [account, sums] of this.#byAccount) {
      const mark = marks.get(account);
      const isKept = (sum: SegmentSum) => sum.segment > upTo || (mark && !covers(mark, sum, epoch));
      const kept = sums.filter(isKept);
      for (const sum of sums)
        if (!isKept(sum))
          this.#forgotten.set(account, Math.max(this.#forgotten.get(account) ?? 0, sum.segment));
      if (kept.length > 0) this.#byAccount.set(account, kept);
      else this.#byAccount.delete(account);
    }
  }

  /** Of each account the last segment whose sums are here no more, for a checkpoint. */
  *forgotten(): Iterable<ForgottenSums> {
    for (const [account, segment] of this.#forgotten) yield { account, segment };
  }

  /** Sums of segments up to one, for a checkpoint. */
  *upTo(segment: number): Iterable<SegmentSum & { account: string }> {
    for (const [account, sums] of this.#byAccount)
      for (const sum of sums) if (sum.segment <= segment) yield { ...sum, account };
  }
}

/**
 * Segment numbers go on growing over enrolments, so a mark of this one covers those that were written under one before;
 * of marks of any other epoch nothing is known.
 */
function covers(mark: SegmentMark, sum: SegmentSum, epoch: number): boolean {
  if (sum.provisional === true) return false;
  return sum.segment <= mark.segment && (mark.epoch === epoch || mark.epoch === sum.epoch);
}
