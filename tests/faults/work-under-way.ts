import { setImmediate as turn } from 'node:timers/promises';
import type { Disk } from '@keystone/agent/state/disk.ts';

/** Knows whether anything real is under way, so that virtual time goes on only when nothing is. */
export class WorkUnderWay {
  #count = 0;
  #onDone: () => void = () => undefined;

  readonly during = async <T>(work: Promise<T>): Promise<T> => {
    this.#count += 1;
    try {
      return await work;
    } finally {
      this.#count -= 1;
      if (this.#count === 0) this.#onDone();
    }
  };

  /** Resolves when all that was begun has come to rest. */
  async rest(): Promise<void> {
    await turn();
    while (this.#count > 0) {
      await new Promise<void>((resolve) => (this.#onDone = resolve));
      await turn();
    }
  }

  /** The same disk, whose calls count. */
  watch(disk: Disk): Disk {
    const { during } = this;
    return {
      read: (name) => during(disk.read(name)),
      readAt: (name, offset, length) => during(disk.readAt(name, offset, length)),
      replace: (name, data) => during(disk.replace(name, data)),
      writeAt: (name, offset, data, durable) => during(disk.writeAt(name, offset, data, durable)),
      list: (folder) => during(disk.list(folder)),
      remove: (name) => during(disk.remove(name)),
    };
  }
}
