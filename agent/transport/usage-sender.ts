import { gzipSync } from 'node:zlib';
import type { UsageMessage } from '@keystone/shared/contracts/usage.ts';
import { backoff } from '../clock/backoff.ts';
import type { Clock, Random } from '../clock/clock.ts';
import { logEvents } from '../log/log-events.ts';
import { reasonOf, type Log } from '../log/log.ts';
import type { Spool } from '../spool/spool.ts';

/** A segment that the ledger did not name is sent again after this, and then ever later. */
const RESEND = { first: 60_000, longest: 15 * 60_000 };

/** Segments that were sent lately and not named yet; more wait, so that a ledger that is away is not flooded. */
const WINDOW = 100;

/** A segment that was sent so often (half an hour has passed then) and is not stored keeps no other back. */
const PATIENCE = 6;

interface SentSegment {
  times: number;
  at: number;
  againAt: number;
}

export interface UsageSenderDeps {
  spool: Pick<Spool, 'waiting' | 'message' | 'isRevision' | 'isProvisional'>;
  clock: Clock;
  random: Random;
  log: Log;
  /** A segment can't be read back from disk. */
  onUnreadable: (segment: number) => void;
}

export type Publish = (payload: Uint8Array) => Promise<void>;

/**
 * Sends segments, oldest first, until the ledger has named them. The broker's own acknowledgement proves nothing, and
 * messages overtake each other: a row that replaces an earlier one waits until that one is stored, so that the ledger
 * and this agent tell alike what each segment added.
 */
export class UsageSender {
  readonly #deps: UsageSenderDeps;
  readonly #sent = new Map<number, SentSegment>();
  #publish: Publish | undefined;
  #cancelTimer: (() => void) | undefined;

  constructor(deps: UsageSenderDeps) {
    this.#deps = deps;
  }

  /** What was on its way when the session before ended is sent again at once. */
  connected(publish: Publish): void {
    this.#publish = publish;
    this.#sent.clear();
    this.pump();
  }

  disconnected(): void {
    this.#publish = undefined;
    this.#cancelTimer?.();
  }

  /** Sends what is due. To be called when segments came, or the ledger named some. */
  pump(): void {
    if (!this.#publish) return;
    const { spool, clock } = this.#deps;
    const now = clock.monotonic();
    for (const segment of this.#sent.keys()) if (!spool.waiting.has(segment)) this.#sent.delete(segment);
    let room = WINDOW - [...this.#sent.values()].filter(({ at }) => now - at < RESEND.first).length;
    let first = true;
    for (const segment of spool.waiting) {
      if (room <= 0) break;
      if (spool.isProvisional(segment)) continue;
      const { times = 0, againAt = 0 } = this.#sent.get(segment) ?? {};
      const keptBack = !first && spool.isRevision(segment);
      first &&= times >= PATIENCE;
      if (keptBack || againAt > now) continue;
      room -= 1;
      this.#send(segment, this.#publish);
    }
    this.#wakeForNext(now);
  }

  #send(segment: number, publish: Publish): void {
    const { clock, random } = this.#deps;
    const times = (this.#sent.get(segment)?.times ?? 0) + 1;
    const at = clock.monotonic();
    this.#sent.set(segment, { times, at, againAt: at + backoff(RESEND, times, random) });
    void this.#deliver(segment, publish);
  }

  async #deliver(segment: number, publish: Publish): Promise<void> {
    const { log } = this.#deps;
    const message = await this.#read(segment);
    if (!message) return;
    try {
      await publish(gzipSync(JSON.stringify(message)));
    } catch (error) {
      // It is sent again: after the next connect, or when its time comes.
      log.warn(logEvents.publishFailed, { segment, reason: reasonOf(error) });
    }
  }

  async #read(segment: number): Promise<UsageMessage | undefined> {
    const { spool, log, onUnreadable } = this.#deps;
    try {
      return await spool.message(segment);
    } catch (error) {
      log.error(logEvents.segmentUnreadable, { segment, reason: reasonOf(error) });
      onUnreadable(segment);
      return undefined;
    }
  }

  #wakeForNext(now: number): void {
    this.#cancelTimer?.();
    let next = Infinity;
    for (const { againAt } of this.#sent.values()) next = Math.min(next, againAt);
    if (next === Infinity) return;
    this.#cancelTimer = this.#deps.clock.after(Math.max(1_000, next - now), () => this.pump());
  }
}
