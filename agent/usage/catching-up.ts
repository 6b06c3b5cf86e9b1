import type { Spool } from '../spool/spool.ts';
import type { Disk } from '../state/disk.ts';

const FILE = 'catching-up.json';

type CaughtUpSpool = Pick<Spool, 'position' | 'last' | 'storedThrough'>;

/**
 * Whether an agent that began with nothing has yet to hand over what it read first. The ledger may have had all of it by the
 * agent before: figures of a policy that stand somewhere in between hold runs that this agent counts as well. Until it is
 * through, it says that nothing is acknowledged; figures are then brought forward once, to a mark beyond all of it.
 */
export class CatchingUp {
  readonly #disk: Disk;
  readonly #spool: CaughtUpSpool;
  #isUnderWay: boolean;
  /** The last segment of what was read first, once the present was reached. */
  #through: number | undefined;

  private constructor(disk: Disk, spool: CaughtUpSpool, isUnderWay: boolean) {
    this.#disk = disk;
    this.#spool = spool;
    this.#isUnderWay = isUnderWay;
  }

  /** A file says that it is under way: it is written before anything is kept, and a crash does not forget it. */
  static async open(disk: Disk, spool: CaughtUpSpool): Promise<CatchingUp> {
    const isNew = spool.position.watermark === null && spool.last === 0;
    const isKnown = (await disk.read(FILE)) !== undefined;
    if (isNew && !isKnown) await disk.replace(FILE, Buffer.from('{"v":1}\n'));
    return new CatchingUp(disk, spool, isNew || isKnown);
  }

  /** The accounting was read up to the present. */
  reachedPresent(): void {
    if (this.#isUnderWay) this.#through ??= this.#spool.last;
  }

  /** Up to which segment the cloud is told that this agent knows of acknowledgements. */
  get ackedThrough(): number {
    return this.#isUnderWay ? 0 : this.#spool.storedThrough;
  }

  /** @returns whether it ended just now */
  async settle(): Promise<boolean> {
    if (!this.#isUnderWay || this.#through === undefined || this.#spool.storedThrough < this.#through)
      return false;
    await this.#disk.remove(FILE);
    this.#isUnderWay = false;
    return true;
  }
}
