import { CONTROL } from '../cloud/cloud.ts';
import type { Stream } from '../core/chance.ts';
import type { World } from '../world.ts';

const MINUTE = 60_000;

/** How long functions are stopped before the tables are changed, and that the whole of it takes at most. */
const STOPPED_MS = 2 * MINUTE;
const MOST_MS = 30 * MINUTE;

/** The control table as it was some time ago takes the place of the one that is, as after a restore to a point in time. */
export class Restores {
  readonly #world: World;
  readonly #chance: Stream;
  #isUnderWay = false;
  done = 0;

  constructor(world: World) {
    this.#world = world;
    this.#chance = world.chance.of('restores');
  }

  /** Remembers the table, and brings it back in a while. */
  begin(): void {
    const { time, weather, store, enrolment } = this.#world;
    if (this.#isUnderWay || time.now + MOST_MS > weather.until) return;
    this.#isUnderWay = true;
    const then = store.tables.snapshot(CONTROL);
    const agents = enrolment.again;
    time.after(this.#chance.between(MINUTE, MOST_MS - 2 * STOPPED_MS), () => {
      // Who was enrolled since would have to be enrolled once more.
      if (enrolment.again === agents) this.#restore(then);
      else this.#isUnderWay = false;
    });
  }

  /** What the runbook says: functions stand still, the table is exchanged, and agents are told. */
  #restore(then: ReturnType<World['store']['tables']['snapshot']>): void {
    const { time, cloud, store, journal, outbox, policies } = this.#world;
    journal.note('control', () => 'is restored to what it was a while ago');
    cloud.leave();
    time.after(STOPPED_MS, () => {
      store.restore(CONTROL, then);
      outbox.restored(then);
      policies.restored(then);
      this.done += 1;
      this.#isUnderWay = false;
      cloud.comeBack();
      cloud.runTask('restored-turn');
    });
  }
}
