import type { Session, Transport } from '@keystone/agent/transport/transport.ts';
import type { Chance, Stream } from '../core/chance.ts';
import type { Journal } from '../core/journal.ts';
import type { Life } from '../core/life.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';

interface OpenSession {
  readonly certificate: string;
  readonly life: Life;
  readonly topics: Map<string, (payload: Uint8Array) => void>;
  readonly ended: PromiseWithResolvers<string>;
  open: boolean;
}

/** What an agent published, as the broker's rules see it. */
export interface Upward {
  readonly thing: string;
  /** The certificate under which it is connected. */
  readonly principal: string;
  readonly topic: string;
  readonly payload: Uint8Array;
}

export interface BrokerParts {
  readonly time: WorldTime;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly journal: Journal;
  /** Hears of what an agent gives to its connection, before anything becomes of it. */
  readonly onOffered: (message: Upward) => void;
  /** Hears of what the cloud publishes, before anything becomes of it. */
  readonly onDown: (topic: string, payload: Uint8Array) => void;
  /** Hands a message on to the rule of its topic. */
  readonly onPublished: (message: Upward) => void;
}

/** A broker of QoS 1: everything may come twice, late, out of order, or not at all though it was acknowledged. */
export class WorldBroker {
  readonly #parts: BrokerParts;
  readonly #chance: Stream;
  readonly #sessions = new Map<string, OpenSession>();
  readonly #away = new Set<string>();
  readonly #allowed = new Set<string>();
  #isAway = false;

  constructor(parts: BrokerParts) {
    this.#parts = parts;
    this.#chance = parts.chance.of('broker');
  }

  /** The network between a thing and the broker is gone until it is given back. */
  cut(thing: string): void {
    this.#away.add(thing);
    this.drop(thing, 'network unreachable');
  }

  mend(thing: string): void {
    this.#away.delete(thing);
  }

  /** Nobody reaches it, until it comes back. */
  leave(): void {
    this.#isAway = true;
    for (const thing of [...this.#sessions.keys()]) this.drop(thing, 'the broker is gone');
  }

  comeBack(): void {
    this.#isAway = false;
  }

  /** Ends the session of a thing, if it has one. */
  drop(thing: string, reason: string): void {
    const session = this.#sessions.get(thing);
    if (session) this.#end(thing, session, reason);
  }

  isConnected(thing: string): boolean {
    return this.#sessions.has(thing);
  }

  /** Whoever holds a certificate may connect, until it is ended. */
  allow(certificate: string): void {
    this.#allowed.add(certificate);
  }

  /** A session under it goes on for a little. */
  forbid(thing: string, certificate: string): void {
    this.#allowed.delete(certificate);
    this.#parts.time.after(this.#chance.span(20_000, 1), () => {
      const session = this.#sessions.get(thing);
      if (session?.certificate === certificate) this.#end(thing, session, 'the certificate is not active');
    });
  }

  transport(thing: string, certificate: string, life: Life): Transport {
    return { connect: () => this.#connect(thing, certificate, life) };
  }

  /** Somebody else takes the thing's place for a moment. */
  takeOver(thing: string): void {
    this.drop(thing, 'DUPLICATE_CLIENTID');
  }

  /** A message of the cloud to a thing: at least once to whoever listens, now or later. */
  publishDown(topic: string, payload: Uint8Array): void {
    const { weather, onDown } = this.#parts;
    onDown(topic, payload);
    if (weather.strikes('broker-drop', 0.03)) return;
    this.#deliver(topic, payload, this.#chance.span(25, 0.8));
    if (weather.strikes('broker-duplicate', 0.05)) this.#deliver(topic, payload, this.#chance.span(400, 1.2));
    // Sent anew within the hour that an unacknowledged message lives, after newer ones.
    if (weather.strikes('broker-late', 0.05))
      this.#deliver(topic, payload, this.#chance.between(10_000, 3_600_000));
  }

  async #connect(thing: string, certificate: string, life: Life): Promise<Session> {
    const delay = this.#chance.span(80, 0.6);
    return life.calls(delay, 5, () => {
      if (this.#isAway || this.#away.has(thing)) throw new Error('connect ENETUNREACH');
      if (!this.#allowed.has(certificate)) throw new Error('the certificate is not active');
      this.drop(thing, 'DUPLICATE_CLIENTID');
      const ended = Promise.withResolvers<string>();
      const session: OpenSession = { life, certificate, topics: new Map(), ended, open: true };
      this.#sessions.set(thing, session);
      life.onEnd(() => this.#end(thing, session, 'the process is gone'));
      this.#parts.journal.note(thing, () => 'connected');
      return this.#sessionOf(thing, session);
    });
  }

  #sessionOf(thing: string, session: OpenSession): Session {
    const { life, certificate: principal } = session;
    return {
      ended: session.ended.promise,
      publish: (topic, payload) =>
        life.call((answer, fail) => {
          this.#parts.onOffered({ thing, principal, topic, payload });
          this.#parts.time.after(this.#chance.span(20, 0.7), () => {
            if (!session.open) return fail(new Error('the connection is gone'));
            this.#takeUp({ thing, principal, topic, payload });
            this.#parts.time.after(this.#chance.span(10, 0.7), () =>
              session.open ? answer(undefined) : fail(new Error('the connection is gone')),
            );
          });
        }),
      subscribe: (topic, onMessage) =>
        life.calls(this.#chance.span(15, 0.5), 5, () => {
          if (!session.open) throw new Error('the connection is gone');
          session.topics.set(topic, onMessage);
        }),
      close: async () => this.#end(thing, session, 'closed'),
    };
  }

  /** The rule runs once or twice, or never, though the device was told that the message had come. */
  #takeUp(message: Upward): void {
    const { weather, time, onPublished } = this.#parts;
    if (weather.strikes('broker-drop', 0.03)) return;
    onPublished(message);
    if (weather.strikes('broker-duplicate', 0.05))
      time.after(this.#chance.span(2_000, 1.5), () => onPublished(message));
    if (weather.strikes('broker-late', 0.03))
      time.after(this.#chance.between(60_000, 3_600_000), () => onPublished(message));
  }

  #deliver(topic: string, payload: Uint8Array, milliseconds: number): void {
    this.#parts.time.after(milliseconds, () => {
      for (const session of this.#sessions.values())
        if (session.life.isAlive) session.topics.get(topic)?.(payload);
    });
  }

  #end(thing: string, session: OpenSession, reason: string): void {
    if (!session.open) return;
    session.open = false;
    if (this.#sessions.get(thing) === session) this.#sessions.delete(thing);
    if (session.life.isAlive) session.ended.resolve(reason);
    this.#parts.journal.note(thing, () => `disconnected: ${reason}`);
  }
}
