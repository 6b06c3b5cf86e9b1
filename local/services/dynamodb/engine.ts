import type { ConsumedCapacity } from './operations/capacity.ts';
import type { Expiry } from './storage/expiry.ts';
import type { IndexLag } from './storage/index-lag.ts';
import type { KeyLocks } from './storage/key-locks.ts';
import type { RequestTokens } from './storage/request-tokens.ts';
import type { LocalStore } from './storage/store.ts';

/** The parts that every operation works with. */
export type Engine = {
  store: LocalStore;
  locks: KeyLocks;
  lag: IndexLag;
  expiry: Expiry;
  tokens: RequestTokens;
  /** Milliseconds since 1970. */
  clock: () => number;
  /** True where this item of this transaction shall meet a conflict. */
  conflicts: () => boolean;
  /** Hears of every transaction's capacity, of cancelled ones too: those are billed and answer with no figure. */
  onTransaction?: (capacity: ConsumedCapacity[], outcome: 'done' | 'cancelled') => void;
};
