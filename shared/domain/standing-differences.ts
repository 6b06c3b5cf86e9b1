/** Figures by name, as they are told to a person or a program. */
export type Figures = Record<string, number | string | null>;

/** Something that is not what it should be. */
export interface Difference {
  /** What of the things that are compared: the same in each reading. */
  name: string;
  expected: Figures;
  found: Figures;
}

export interface Settled {
  /** Differences that stood still: faults. */
  standing: Difference[];
  /** Differences that were another one in each reading: somebody is writing, and nothing can be told. */
  moving: Difference[];
}

/** Between readings, in milliseconds. The first is short: mostly a writer came between two reads. */
const PAUSES = [500, 1_000, 2_000, 4_000];

/** How often in a row a difference has to be the same. */
const AGREEING = 4;

/**
 * Reads until nothing differs, or what differs does so without moving. A sum and its parts can't be read at one moment,
 * and an index lags behind its table: while somebody writes, one reading proves nothing. What differs by the same figures
 * on both sides in reading after reading, over seconds, is not in flight.
 */
export async function settleDifferences(
  read: () => Promise<readonly Difference[]>,
  pause: (milliseconds: number) => Promise<void>,
): Promise<Settled> {
  let seen = new Map<string, { difference: Difference; times: number }>();
  for (let reading = 0; reading <= PAUSES.length; reading++) {
    const now = await read();
    seen = new Map(
      now.map((difference) => {
        const before = seen.get(difference.name);
        const times = before && isSame(before.difference, difference) ? before.times + 1 : 1;
        return [difference.name, { difference, times }];
      }),
    );
    const wait = PAUSES[reading];
    if (wait === undefined || [...seen.values()].every(({ times }) => times >= AGREEING)) break;
    await pause(wait);
  }
  const [standing, moving] = [true, false].map((stands) =>
    [...seen.values()]
      .filter(({ times }) => times >= AGREEING === stands)
      .map(({ difference }) => difference),
  );
  return { standing: standing ?? [], moving: moving ?? [] };
}

const isSame = (a: Difference, b: Difference) =>
  textOf(a.expected) === textOf(b.expected) && textOf(a.found) === textOf(b.found);

const textOf = (figures: Figures) =>
  JSON.stringify(Object.entries(figures).sort(([a], [b]) => (a < b ? -1 : 1)));
