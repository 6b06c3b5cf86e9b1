import { backoff } from '../clock/backoff.ts';
import { pause, type Clock, type Random } from '../clock/clock.ts';
import { logEvents } from '../log/log-events.ts';
import { reasonOf, type Log } from '../log/log.ts';
import type { Session, Transport } from './transport.ts';

/** The broker takes one CONNECT a second of a client; a broker that is away is asked ever less often. */
const RECONNECT = { first: 1_000, longest: 60_000 };

/** A session that ended sooner counts as a failure, so that two agents under one name do not throw each other out at once. */
const STEADY_MS = 60_000;

/** So many short sessions in a row are no accident. */
const SHORT_SESSIONS_REPORTED = 3;

export interface CloudLinkDeps {
  transport: Transport;
  clock: Clock;
  random: Random;
  log: Log;
  /** Topics to listen to, and who takes their messages. */
  subscriptions: Readonly<Record<string, (payload: Uint8Array) => void>>;
  onConnected: (session: Session) => void;
  onDisconnected: () => void;
  /** Tells, or takes back, that sessions keep ending shortly after they began. */
  onUnstable: (unstable: boolean) => void;
}

/** Keeps a session with the broker: connects, subscribes, and begins anew with growing, uneven waits when it ends. */
export class CloudLink {
  readonly #deps: CloudLinkDeps;
  readonly #stop = new AbortController();
  #session: Session | undefined;
  #loop: Promise<void> = Promise.resolve();
  #failures = 0;
  #shortSessions = 0;

  constructor(deps: CloudLinkDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#loop = this.#run();
  }

  /** Ends the session in order. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await this.#session?.close();
    await this.#loop;
  }

  async #run(): Promise<void> {
    const { clock, random } = this.#deps;
    while (!this.#stop.signal.aborted) {
      await this.#oneSession();
      if (this.#stop.signal.aborted) return;
      await pause(clock, backoff(RECONNECT, Math.max(1, this.#failures), random), this.#stop.signal);
    }
  }

  async #oneSession(): Promise<void> {
    const { clock, log } = this.#deps;
    const session = await this.#open();
    if (!session) return;
    const since = clock.monotonic();
    log.info(logEvents.connected);
    this.#deps.onConnected(session);
    const steady = clock.after(STEADY_MS, () => this.#settle());
    const reason = await session.ended;
    steady();
    this.#session = undefined;
    this.#deps.onDisconnected();
    if (!this.#stop.signal.aborted) log.warn(logEvents.disconnected, { reason });
    await session.close();
    if (clock.monotonic() - since >= STEADY_MS || this.#stop.signal.aborted) return;
    this.#failures += 1;
    this.#shortSessions += 1;
    if (this.#shortSessions === SHORT_SESSIONS_REPORTED) this.#deps.onUnstable(true);
  }

  async #open(): Promise<Session | undefined> {
    const { transport, subscriptions, log } = this.#deps;
    try {
      const session = await transport.connect();
      this.#session = session;
      for (const [topic, take] of Object.entries(subscriptions)) await session.subscribe(topic, take);
      if (!this.#stop.signal.aborted) return session;
    } catch (error) {
      this.#failures += 1;
      log.warn(logEvents.connectFailed, { reason: reasonOf(error), failures: this.#failures });
    }
    await this.#session?.close();
    this.#session = undefined;
    return undefined;
  }

  #settle(): void {
    this.#failures = 0;
    this.#shortSessions = 0;
    this.#deps.onUnstable(false);
  }
}
