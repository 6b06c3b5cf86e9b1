import type { WorldTime } from './world-time.ts';

/** Lines of a story kept at most. */
const MOST = 4_000;

/** What happened, for whoever reads a seed that failed. */
export class Journal {
  readonly #time: WorldTime;
  readonly #keeps: boolean;
  readonly lines: string[] = [];

  /** @param keeps false where nobody will read it */
  constructor(time: WorldTime, keeps: boolean) {
    this.#time = time;
    this.#keeps = keeps;
  }

  /** @param tell called only where somebody will read it */
  note(who: string, tell: () => string): void {
    if (!this.#keeps || this.lines.length >= MOST) return;
    this.lines.push(`${new Date(this.#time.now).toISOString().slice(5, 23)} ${who}: ${tell()}`);
  }
}
