import type { Plant } from './plants/plant.ts';
import { plants } from './plants/plants.ts';
import { runWorld } from './run-world.ts';
import { planOf, type WorldPlan } from './world-plan.ts';

/** First seeds of two tries lie this far apart. */
const APART = 1_000;

export interface Tries {
  /** The first seed of the first try. */
  readonly seed: number;
  /** Seeds that a try has at most. */
  readonly seeds: number;
  readonly jobs: number;
  readonly tries: number;
}

/** What looking for one planted bug came to. */
interface Found {
  readonly plant: string;
  readonly bug: string;
  /** Seeds until it was caught, in each try; null where it was not. */
  readonly seeds: readonly (number | null)[];
  /** What caught it. */
  readonly checks: readonly string[];
}

/**
 * Plants each bug, and counts the seeds until a check catches it.
 *
 * @param print hears what came of each, and last what it comes to
 * @returns whether each bug was caught in each try
 */
export async function tryPlants(tries: Tries, print: (line: object) => void): Promise<boolean> {
  const all: number[] = [];
  let missed = 0;
  for (const plant of plants) {
    const found = await look(plant, tries);
    print(found);
    const caught = found.seeds.filter((seeds) => seeds !== null);
    all.push(...caught);
    missed += found.seeds.length - caught.length;
  }
  all.sort((a, b) => a - b);
  const { seed, seeds, jobs } = tries;
  const figures = { medianSeeds: all[Math.floor(all.length / 2)] ?? null, mostSeeds: all.at(-1) ?? null };
  print({
    ...{ summary: true, plants: plants.length, firstSeed: seed, seeds, jobs, tries: tries.tries },
    ...{ missed, ...figures },
  });
  return missed === 0;
}

async function look(plant: Plant, { seed, seeds, jobs, tries }: Tries): Promise<Found> {
  const until: (number | null)[] = [];
  const checks = new Set<string>();
  for (let nth = 0; nth < tries; nth += 1) {
    let caught: number | null = null;
    for (let count = 0; count < seeds && caught === null; count += 1) {
      const check = await caughtBy(planOf(seed + nth * APART + count, jobs), plant);
      if (check === undefined) continue;
      caught = count + 1;
      checks.add(check);
    }
    until.push(caught);
  }
  return { plant: plant.name, bug: plant.bug, seeds: until, checks: [...checks] };
}

/** What does not hold with the bug, and holds without it. */
async function caughtBy(plan: WorldPlan, plant: Plant): Promise<string | undefined> {
  const { violations } = await runWorld(plan, { plant });
  if (!violations[0]) return undefined;
  const without = await runWorld(plan);
  return without.violations.length === 0 ? violations[0].check : undefined;
}
