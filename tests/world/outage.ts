import { chargeKey } from '@keystone/shared/store/ledger/ledger-keys.ts';
import { LEDGER } from './cloud/cloud.ts';
import type { World } from './world.ts';

const MINUTE = 60_000;

/** What came of hours without the cloud. */
export interface OutageFigures {
  readonly hours: number;
  /** Runs that ended while it was away. */
  readonly runs: number;
  /** The most that one agent's spool took on its disk. */
  readonly peakSpoolBytes: number;
  /** Virtual minutes from the cloud's return until each of those runs was charged, or null where they were not. */
  readonly chargedMinutes: number | null;
}

/** Hours in which broker, functions and tables are away, and in which jobs, schedulers and agents go on. */
export class Outage {
  readonly #world: World;
  #peak = 0;
  #from = 0;
  #until = 0;
  #charged: number | null = null;

  constructor(world: World) {
    this.#world = world;
  }

  /** Lets those hours pass, and brings the cloud back. */
  async pass(hours: number, isBroken: () => boolean): Promise<void> {
    const { time, cloud, broker, journal } = this.#world;
    this.#from = time.now;
    this.#until = time.now + hours * 60 * MINUTE;
    journal.note('cloud', () => 'is away');
    broker.leave();
    cloud.leave();
    while (time.now < this.#until && !isBroken()) {
      await time.passTo(Math.min(this.#until, time.now + MINUTE), isBroken);
      for (const { host } of this.#world.clusters)
        this.#peak = Math.max(this.#peak, host.disk.sizeOf('spool'));
    }
    broker.comeBack();
    cloud.comeBack();
    journal.note('cloud', () => 'is back');
  }

  /** Looks, after the return, whether all that ended meanwhile is charged. */
  look(): void {
    const { time, clusters } = this.#world;
    if (this.#charged !== null || !clusters.every((_, at) => this.#isCharged(at))) return;
    this.#charged = Math.round((time.now - this.#until) / MINUTE);
  }

  get figures(): OutageFigures {
    const runs = this.#world.clusters.reduce((sum, _, at) => sum + this.#runs(at).length, 0);
    const hours = (this.#until - this.#from) / (60 * MINUTE);
    return { hours, runs, peakSpoolBytes: this.#peak, chargedMinutes: this.#charged };
  }

  #runs(at: number) {
    const runs = this.#world.clusters[at]?.scheduler.final.values() ?? [];
    return [...runs].filter(({ end }) => end * 1000 >= this.#from && end * 1000 < this.#until);
  }

  #isCharged(at: number): boolean {
    const cluster = this.#world.clusters[at]?.id ?? 0;
    const { tables } = this.#world.store;
    return this.#runs(at).every((run) => tables.get(LEDGER, chargeKey({ cluster, ...run }).pk, 'A'));
  }
}
