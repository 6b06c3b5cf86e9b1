interface Occurrence {
  at: number;
  order: number;
  happen: () => void;
  called: boolean;
}

/** The only time there is: occurrences in the order of their moments, one after another, in one thread. */
export class WorldTime {
  readonly #heap: Occurrence[] = [];
  #order = 0;
  #now: number;
  /** Occurrences so far. */
  steps = 0;

  /** @param now Unix milliseconds */
  constructor(now: number) {
    this.#now = now;
  }

  get now(): number {
    return this.#now;
  }

  /** Lets something happen after so many milliseconds; the answer calls it off. */
  after(milliseconds: number, happen: () => void): () => void {
    const at = this.#now + Math.max(0, milliseconds);
    const occurrence = { at, order: (this.#order += 1), happen, called: true };
    push(this.#heap, occurrence);
    return () => {
      occurrence.called = false;
    };
  }

  /** Resolves after so many milliseconds. */
  wait(milliseconds: number): Promise<void> {
    return new Promise((resolve) => void this.after(milliseconds, resolve));
  }

  /** Lets time pass up to a moment, or until nothing is left or `isOver` says so. */
  async passTo(until: number, isOver: () => boolean = () => false): Promise<void> {
    await settled();
    for (let next = this.#heap[0]; next && next.at <= until && !isOver(); next = this.#heap[0]) {
      pop(this.#heap);
      if (!next.called) continue;
      this.#now = next.at;
      this.steps += 1;
      next.happen();
      await settled();
    }
    if (!isOver()) this.#now = Math.max(this.#now, until);
  }
}

/** Everything that waits for nothing but promises, or for the next turn of the process, is at rest. */
async function settled(): Promise<void> {
  await new Promise((resolve) => void process.nextTick(resolve));
  await new Promise((resolve) => void setImmediate(resolve));
}

const isEarlier = (a: Occurrence, b: Occurrence) => a.at < b.at || (a.at === b.at && a.order < b.order);

function push(heap: Occurrence[], added: Occurrence): void {
  let index = heap.push(added) - 1;
  while (index > 0) {
    const parent = (index - 1) >> 1;
    const above = heap[parent];
    if (!above || !isEarlier(added, above)) break;
    heap[index] = above;
    index = parent;
  }
  heap[index] = added;
}

function pop(heap: Occurrence[]): void {
  const last = heap.pop();
  if (!last || heap.length === 0) return;
  let index = 0;
  for (;;) {
    const left = 2 * index + 1;
    const [a, b] = [heap[left], heap[left + 1]];
    const below = a && b && isEarlier(b, a) ? b : a;
    if (!below || !isEarlier(below, last)) break;
    heap[index] = below;
    index = below === a ? left : left + 1;
  }
  heap[index] = last;
}
