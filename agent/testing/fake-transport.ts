import { gunzipSync } from 'node:zlib';
import type { Session, Transport } from '../transport/transport.ts';

export interface Published {
  topic: string;
  /** Unpacked JSON. */
  content: unknown;
}

/** A broker in memory for one client. */
export class FakeTransport implements Transport {
  readonly published: Published[] = [];
  connects = 0;
  /** While true nobody gets in. */
  away = false;
  /** While true messages are taken and never acknowledged by the broker. */
  silent = false;
  #listeners = new Map<string, (payload: Uint8Array) => void>();
  /** What the other side does with a message that it took. */
  onPublished: (message: Published) => void = () => undefined;
  #end: ((reason: string) => void) | undefined;

  get connected(): boolean {
    return this.#end !== undefined;
  }

  async connect(): Promise<Session> {
    this.connects += 1;
    if (this.away) throw new Error('connection refused');
    const { promise: ended, resolve } = Promise.withResolvers<string>();
    this.#listeners = new Map();
    this.#end = resolve;
    return {
      ended,
      publish: async (topic, payload) => {
        if (this.#end !== resolve) throw new Error('the connection is gone');
        const message = { topic, content: JSON.parse(gunzipSync(payload).toString('utf8')) };
        this.published.push(message);
        this.onPublished(message);
        if (this.silent) await new Promise(() => undefined);
      },
      subscribe: async (topic, onMessage) => void this.#listeners.set(topic, onMessage),
      close: async () => {
        if (this.#end === resolve) this.#end = undefined;
        resolve('closed');
      },
    };
  }

  /** Ends the session as a broker or a network does. */
  drop(reason = 'connection lost'): void {
    const end = this.#end;
    this.#end = undefined;
    this.#listeners = new Map();
    end?.(reason);
  }

  /** Sends a message down, where somebody listens. */
  deliver(topic: string, message: unknown): void {
    this.#listeners.get(topic)?.(Buffer.from(JSON.stringify(message)));
  }

  on(topic: string): unknown[] {
    return this.published.filter((message) => message.topic === topic).map(({ content }) => content);
  }
}
