import * as z from 'zod';
import type { Spool } from '../spool/spool.ts';
import type { Disk } from '../state/disk.ts';

const FILE = 'catching-up.json';

const fileSchema = z.object({
  v: z.literal(1),
  /** The last segment of what was read first, once the present was reached. */
  through: z.int().min(0).optional(),
  /** Whether all of it is stored. */
  ended: z.boolean().default(false),
});
type Progress = z.infer<typeof fileSchema>;

type CaughtUpSpool = Pick<Spool, 'position' | 'last' | 'storedThrough'>;

/**
 * Whether an agent that began with nothing has yet to hand over what it read first. The ledger may have had all of it by the
 * agent before: figures of a policy that stand somewhere in between hold runs that this agent counts as well. Until it is
 * through, it says that nothing is acknowledged; figures are then brought forward once, to a mark beyond all of it.
 */
export class CatchingUp {
  readonly #disk: Disk;
  readonly #spool: CaughtUpSpool;
  /** Undefined for an agent that had a spool before this was kept. */
  #progress: Progress | undefined;

  private constructor(disk: Disk, spool: CaughtUpSpool, progress: Progress | undefined) {
    this.#disk = disk;
    this.#spool = spool;
    this.#progress = progress;
  }

  /** It is on the medium before anything is kept, and a crash does not forget it. */
  static async open(disk: Disk, spool: CaughtUpSpool): Promise<CatchingUp> {
    const bytes = await disk.read(FILE);
    const catching = new CatchingUp(disk, spool, bytes && progressIn(bytes));
    // A spool that was moved away begins with nothing as well.
    if (spool.position.watermark === null && spool.last === 0) await catching.#keep({ v: 1, ended: false });
    return catching;
  }

  /** The accounting was read up to the present. */
  async reachedPresent(): Promise<void> {
    if (this.#progress && this.#progress.through === undefined)
      await this.#keep({ ...this.#progress, through: this.#spool.last });
  }

  /** Up to which segment the cloud is told that this agent knows of acknowledgements. */
  get ackedThrough(): number {
    return this.#progress?.ended === false ? 0 : this.#spool.storedThrough;
  }

  /** The last segment of what was read first, or 0. */
  get through(): number {
    return this.#progress?.through ?? 0;
  }

  /** @returns whether it ended just now */
  async settle(): Promise<boolean> {
    const progress = this.#progress;
    if (!progress || progress.ended || progress.through === undefined) return false;
    if (this.#spool.storedThrough < progress.through) return false;
    await this.#keep({ ...progress, ended: true });
    return true;
  }

  async #keep(progress: Progress): Promise<void> {
    await this.#disk.replace(FILE, Buffer.from(`${JSON.stringify(progress)}\n`));
    this.#progress = progress;
  }
}

/** What can't be read is begun anew, which costs one more policy. */
function progressIn(bytes: Uint8Array): Progress {
  try {
    return fileSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch {
    return { v: 1, ended: false };
  }
}
