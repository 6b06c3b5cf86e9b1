import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { SKEW_SECONDS } from './job-watch.ts';

/** A reading that was to be repeated each minute and is older than this has stopped. */
const CURRENT_MS = 180_000;

/** Rows that piled up in the scheduler while its accounting was away go on coming in for a while after it is back. */
const PILED_UP_MS = 120_000;

/** Where rows are late all the time, no longer is waited for an end of it. */
const LATE_FOR_EVER_MS = 15 * 60_000;

export interface Clocks {
  /** Unix seconds. */
  now: () => number;
  /** Milliseconds. */
  monotonic: () => number;
}

/** Whether what was read of the accounting is all that there is to read. */
export class Completeness {
  readonly #clocks: Clocks;
  readonly #openedAt: number;
  #reachedAt: number | null = null;
  #beganAt: number;
  /** Since when every reading reached the present, and no row came that had ended before; by both clocks. */
  #unbroken: { monotonic: number; seconds: number } | null = null;
  /** Nothing was read for so long that rows may have piled up, and may be on their way still. */
  #mayLack: boolean;
  /** When it was read up to the present first after such a time. */
  #backAt: number | null = null;

  /** @param watermark up to where all had been read before, or null */
  constructor(clocks: Clocks, watermark: number | null) {
    this.#clocks = clocks;
    this.#openedAt = clocks.monotonic();
    this.#beganAt = this.#openedAt;
    this.#mayLack = watermark !== null && clocks.now() - watermark >= CURRENT_MS / 1000;
  }

  /** Whether nothing reached the present for so long that it was no hiccup. */
  get isBrokenOff(): boolean {
    return this.#clocks.monotonic() - (this.#reachedAt ?? this.#openedAt) >= CURRENT_MS;
  }

  get isWhole(): boolean {
    return this.#reachedAt !== null && !this.isBrokenOff && !this.#mayLack;
  }

  /** Monotonic milliseconds, or null where the last reading did not reach the present. */
  get unbrokenSince(): number | null {
    return this.#unbroken?.monotonic ?? null;
  }

  readingBegins(): void {
    if (this.isBrokenOff) [this.#mayLack, this.#backAt] = [true, null];
    this.#beganAt = this.#clocks.monotonic();
    this.#unbroken ??= this.#moment();
  }

  readingReachedPresent(): void {
    const at = this.#clocks.monotonic();
    this.#reachedAt = at;
    this.#backAt ??= at;
    // What a reading read first may have come in while it went on, however long that took.
    const isOver = this.#beganAt - (this.#unbroken?.monotonic ?? at) >= PILED_UP_MS;
    if (isOver || at - this.#backAt >= LATE_FOR_EVER_MS) this.#mayLack = false;
  }

  readingFellShort(): void {
    this.#unbroken = null;
  }

  /** Where one row comes late, others may be on their way. */
  rowsCame(rows: readonly UsageRecord[]): void {
    const since = this.#unbroken?.seconds;
    if (since === undefined || !rows.some(({ end }) => end < since - SKEW_SECONDS)) return;
    this.#unbroken = this.#moment();
  }

  #moment(): { monotonic: number; seconds: number } {
    return { monotonic: this.#clocks.monotonic(), seconds: this.#clocks.now() };
  }
}
