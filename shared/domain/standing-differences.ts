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

/** How often only its gap has to be: of equal runs there may be as many on their way a few times. */
const AGREEING_GAPS = PAUSES.length + 1;

interface Seen {
  difference: Difference;
  times: number;
  gapTimes: number;
}

/** Readings so far of what is looked at again and again, for whoever can't read them all in one go. */
export interface Looks {
  taken: number;
  seen: Seen[];
}

export const noLooks: Looks = { taken: 0, seen: [] };

export function lookAgain({ taken, seen }: Looks, now: readonly Difference[]): Looks {
  const before = new Map(seen.map((each) => [each.difference.name, each]));
  return {
    taken: taken + 1,
    seen: now.map((difference) => seeAgain(before.get(difference.name), difference)),
  };
}

/** How long to wait for the next look, in milliseconds, or undefined where there is nothing left to learn. */
export const pauseAfter = ({ taken, seen }: Looks): number | undefined =>
  seen.every(isStanding) ? undefined : PAUSES[taken - 1];

export function settledBy({ seen }: Looks): Settled {
  const [standing, moving] = [true, false].map((stands) =>
    seen.filter((each) => isStanding(each) === stands).map(({ difference }) => difference),
  );
  return { standing: standing ?? [], moving: moving ?? [] };
}

/**
 * Reads until nothing differs, or what differs does so without moving. A sum and its parts can't be read at one moment,
 * and an index lags behind its table: while somebody writes, one reading proves nothing. What differs by the same figures
 * on both sides in reading after reading, over seconds, is not in flight. Nor is what grows on both sides and stays as
 * far apart in each reading.
 */
export async function settleDifferences(
  read: () => Promise<readonly Difference[]>,
  pause: (milliseconds: number) => Promise<void>,
): Promise<Settled> {
  let looks = lookAgain(noLooks, await read());
  for (let wait = pauseAfter(looks); wait !== undefined; wait = pauseAfter(looks)) {
    await pause(wait);
    looks = lookAgain(looks, await read());
  }
  return settledBy(looks);
}

function seeAgain(before: Seen | undefined, difference: Difference): Seen {
  const isAsBefore = before !== undefined && isSame(before.difference, difference);
  const isAsFar = before !== undefined && hasSameGap(before.difference, difference);
  return {
    difference,
    times: isAsBefore ? before.times + 1 : 1,
    gapTimes: isAsFar ? before.gapTimes + 1 : 1,
  };
}

const isStanding = ({ times, gapTimes }: Seen) => times >= AGREEING || gapTimes >= AGREEING_GAPS;

function hasSameGap(a: Difference, b: Difference): boolean {
  const gap = gapOf(a);
  return gap !== undefined && gap === gapOf(b);
}

/** How far apart both sides are, as text; undefined where not all of it is numbers. */
export function gapOf({ expected, found }: Difference): string | undefined {
  const gap: Figures = {};
  for (const name of new Set([...Object.keys(expected), ...Object.keys(found)])) {
    const [should, is] = [expected[name], found[name]];
    if (typeof should !== 'number' || typeof is !== 'number') return undefined;
    gap[name] = is - should;
  }
  return textOf(gap);
}

const isSame = (a: Difference, b: Difference) =>
  textOf(a.expected) === textOf(b.expected) && textOf(a.found) === textOf(b.found);

const textOf = (figures: Figures) =>
  JSON.stringify(Object.entries(figures).sort(([a], [b]) => (a < b ? -1 : 1)));
