import type { Aedes } from 'aedes';
import type { Clock } from '../iot-options.ts';
import { limits } from './limits.ts';

interface SessionStore {
  cleanSubscriptions(client: { id: string }): Promise<void>;
  outgoingStream(client: { id: string }): AsyncIterable<object>;
  outgoingClearMessageId(client: { id: string }, packet: object): Promise<unknown>;
}

/** Persistent sessions end an hour after their connection did, with the messages that waited in them. */
export interface SessionExpiry {
  left(clientId: string): void;
  /** To be called before a client takes up its session again. */
  resume(clientId: string): Promise<void>;
  end(clientId: string): Promise<void>;
}

export const sessionExpiry = (aedes: Aedes, clock: Clock): SessionExpiry => {
  const leftAt = new Map<string, number>();
  const store: unknown = Reflect.get(aedes, 'persistence');
  if (!isSessionStore(store)) throw new Error('aedes has no session store where session expiry expects it');

  const end = async (clientId: string): Promise<void> => {
    await store.cleanSubscriptions({ id: clientId });
    for await (const packet of store.outgoingStream({ id: clientId })) {
      await store.outgoingClearMessageId({ id: clientId }, packet);
    }
  };
  return {
    left: (clientId) => void leftAt.set(clientId, clock()),
    resume: async (clientId) => {
      const since = leftAt.get(clientId);
      leftAt.delete(clientId);
      if (since !== undefined && clock() - since >= limits.sessionMs) await end(clientId);
    },
    end,
  };
};

const isSessionStore = (store: unknown): store is SessionStore =>
  typeof store === 'object' &&
  store !== null &&
  ['cleanSubscriptions', 'outgoingStream', 'outgoingClearMessageId'].every(
    (name) => typeof Reflect.get(store, name) === 'function',
  );
