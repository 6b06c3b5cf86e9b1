import * as z from 'zod';
import type { Spool } from '../spool/spool.ts';
import type { Disk } from '../state/disk.ts';
import { Turns } from '../state/turns.ts';

const FILE = 'catching-up.json';

const fileSchema = z.object({
  v: z.literal(1),
  /** The last segment of what was read first, first under an enrolment, or with figures behind, once the present was reached. */
  through: z.int().min(0).optional(),
  /** Whether all of it is stored. */
  ended: z.boolean().default(false),
  /**
   * What is read since a start, or once more since others spoke, until all of it is stored: what was acknowledged when it
   * began, and the last segment once the present was reached.
   */
  start: z
    .object({
      from: z.int().min(0),
      through: z.int().min(0).optional(),
      /** Figures that stand at its beginning hold too little, and are to come forward once it is through. */
      isBehind: z.literal(true).optional(),
    })
    .optional(),
  /** Such spans before, as far back as segments are here: on the day on which they are sent again, they are caught up with again. */
  past: z.array(z.object({ from: z.int().min(0), through: z.int().min(0) })).default([]),
});
type Progress = z.infer<typeof fileSchema>;

type CaughtUpSpool = Pick<
  Spool,
  'position' | 'owedSince' | 'last' | 'removedThrough' | 'storedThrough' | 'carriedThrough'
>;

/**
 * How far the cloud may bring figures forward while an agent reads what the ledger may have already.
 *
 * An agent that began with nothing reads a month of runs that may be the agent's before: figures that stand somewhere
 * in between hold runs that this agent counts as well. Until it is through, it says that nothing is acknowledged; figures
 * are then brought forward once, to a mark beyond all of it.
 *
 * After any other start the machine may have been set back to a snapshot, which nothing tells it. What was spooled since
 * the snapshot has numbers between those on disk and those of this start, so figures are exact at what was
 * acknowledged when it began, and again once all that it read up to the present is stored; in between they are not. A start
 * that ends in between is followed by one that goes on from the same place.
 */
export class CatchingUp {
  readonly #disk: Disk;
  readonly #spool: CaughtUpSpool;
  #progress: Progress;
  #isKept = false;
  readonly #turns = new Turns();

  private constructor(disk: Disk, spool: CaughtUpSpool, progress: Progress) {
    this.#disk = disk;
    this.#spool = spool;
    this.#progress = progress;
  }

  /**
   * An agent that has a spool starts also where its disk takes nothing just now: `ready` writes it then.
   */
  static async open(disk: Disk, spool: CaughtUpSpool): Promise<CatchingUp> {
    const bytes = await disk.read(FILE);
    // A spool that was moved away begins with nothing as well.
    if (spool.position.watermark === null && spool.last === 0) {
      const first = new CatchingUp(disk, spool, NOTHING);
      await first.#keep(NOTHING);
      return first;
    }
    // An agent may have had a spool before this was kept.
    const before = bytes ? progressIn(bytes) : { ...NOTHING, ended: true };
    const progress = {
      ...before,
      start: begunAnew(before, spool.storedThrough),
    };
    const catching = new CatchingUp(disk, spool, progress);
    await catching.#keep(progress).catch(() => undefined);
    return catching;
  }

  /** It is on the medium before anything is spooled, and neither a crash nor a snapshot forgets it. */
  async ready(): Promise<void> {
    await this.#turns.take(async () => {
      if (!this.#isKept) await this.#keep(this.#progress);
    });
  }

  /**
   * Another may have had the last word on any run since this one's last session: until all is sent once more, and stored, figures
   * are exact at what was acknowledged before.
   */
  othersSpoke(): Promise<void> {
    return this.#turns.take(async () => {
      this.#progress = {
        ...this.#progress,
        start: begunAnew(this.#progress, this.#spool.storedThrough),
      };
      this.#isKept = false;
      await this.#keep(this.#progress).catch(() => undefined);
    });
  }

  /**
   * The cloud was restored to so long ago that what ran since its figures is forgotten here in part. Until all is sent once more,
   * and stored, they stay where they are; then they come forward beyond it.
   *
   * @param segment at which they stand
   * @throws what the disk threw
   */
  figuresBehind(segment: number): Promise<void> {
    return this.#turns.take(() => {
      const { from } = begunAnew(this.#progress, this.#spool.storedThrough);
      return this.#keep({ ...this.#progress, start: { from: Math.min(from, segment), isBehind: true } });
    });
  }

  /**
   * The accounting was read up to the present.
   *
   * @param isRescanning whether rows are read again; what was spooled before may be among them. A very first reading is as wide
   */
  reachedPresent(isRescanning = false): Promise<void> {
    return this.#turns.take(async () => {
      const { ended, through, start } = this.#progress;
      const { last, carriedThrough, owedSince } = this.#spool;
      const isStart =
        start !== undefined && start.through === undefined && !isRescanning && owedSince === null;
      // What was lost under the enrolment before is in figures of this one from their beginning on.
      const isFirst = ended
        ? isStart && (start.isBehind || start.from <= carriedThrough)
        : through === undefined;
      if (!isFirst && !isStart) return;
      await this.#keep({
        ...this.#progress,
        ...(isFirst && { through: last }),
        ...(isStart && { start: { ...start, through: last } }),
      });
    });
  }

  /**
   * Up to which segment the cloud is told that this agent knows of acknowledgements.
   *
   * @param settled how far the ledger has all, or figures can be told apart from the spool's own
   */
  ackedThrough(settled: number): number {
    const { ended, start } = this.#progress;
    if (!ended) return 0;
    return Math.min(start?.from ?? Infinity, exactUpTo(settled, this.#progress));
  }

  /** The last segment of what was read before figures come forward, or 0. */
  get through(): number {
    return this.#progress.through ?? 0;
  }

  /** @returns whether the cloud may be told of more since just now */
  settle(): Promise<boolean> {
    return this.#turns.take(async () => {
      const { ended, through, start } = this.#progress;
      const isFirstStored = !ended && this.#isStored(through);
      const isStartStored = start !== undefined && this.#isStored(start.through);
      if (!isFirstStored && !isStartStored) return false;
      await this.#keep({
        ...this.#progress,
        ended: ended || isFirstStored,
        ...(isStartStored && { start: undefined, past: this.#pastAnd(start) }),
      });
      return true;
    });
  }

  /** Spans in which nothing was read, or that lie within a later one, say nothing. */
  #pastAnd({ from, through = from }: NonNullable<Progress['start']>): Progress['past'] {
    const spans = [...this.#progress.past.filter((span) => span.from < from), { from, through }];
    return spans.filter((span) => span.through > Math.max(span.from, this.#spool.removedThrough));
  }

  #isStored(through: number | undefined): boolean {
    return through !== undefined && this.#spool.storedThrough >= through;
  }

  async #keep(progress: Progress): Promise<void> {
    await this.#disk.replace(FILE, Buffer.from(`${JSON.stringify(progress)}\n`));
    this.#progress = progress;
    this.#isKept = true;
  }
}

const NOTHING: Progress = { v: 1, ended: false, past: [] };

/** What was begun and is not through goes on from where it began. */
function begunAnew(progress: Progress, storedThrough: number): NonNullable<Progress['start']> {
  const { from = exactUpTo(storedThrough, progress), isBehind } = progress.start ?? {};
  return { from, ...(isBehind && { isBehind }) };
}

/** What lies within a span that was caught up with is exact up to where that begins. */
function exactUpTo(settled: number, { past }: Progress): number {
  return past.reduceRight(
    (exact, { from, through }) => (from < exact && exact < through ? from : exact),
    settled,
  );
}

/** What can't be read is begun anew, which costs one more policy. */
function progressIn(bytes: Uint8Array): Progress {
  try {
    return fileSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return NOTHING;
  }
}
