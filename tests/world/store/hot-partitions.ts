import type { WorldTime } from '../core/world-time.ts';
import { throttled } from './store-errors.ts';

/** Servers over which partition keys are spread. */
const SERVERS = 6;

/** A table as AWS spreads it: for a while one of its servers has too much to do, and refuses all that comes for its keys. */
export class HotPartitions {
  readonly #time: WorldTime;
  #server = 0;
  #until = -Infinity;

  constructor(time: WorldTime) {
    this.#time = time;
  }

  /**
   * @param server whatever whole number
   * @param milliseconds for how long
   */
  heat(server: number, milliseconds: number): void {
    this.#server = server % SERVERS;
    this.#until = this.#time.now + milliseconds;
  }

  isHot(pk: string): boolean {
    return this.#time.now < this.#until && serverOf(pk) === this.#server;
  }

  /** @throws what DynamoDB answers for a key that is refused */
  refuse(pk: string): void {
    if (this.isHot(pk)) throw throttled();
  }
}

function serverOf(pk: string): number {
  let hash = 0;
  for (let index = 0; index < pk.length; index += 1)
    hash = Math.imul(hash ^ pk.charCodeAt(index), 0x01000193) >>> 0;
  return hash % SERVERS;
}
