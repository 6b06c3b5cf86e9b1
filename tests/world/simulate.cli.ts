import { noPlant } from './plants/plant.ts';
import { plants } from './plants/plants.ts';
import { readArguments } from './read-arguments.ts';
import { runWorld, type Outcome } from './run-world.ts';
import { shrink } from './shrink.ts';
import { addUp, emptySum } from './sum.ts';
import { tryPlants } from './try-plants.ts';
import { planOf } from './world-plan.ts';

/** Lines of a story that are printed; what led to the end is in its last ones. */
const STORY_LINES = 60;

/**
 * npm run simulate -- --seeds N --jobs M [--seed S] [--plant BUG|list] [--shrink]: one JSON line a seed, and one that sums
 * up. Ends with 0 only if everything held in every seed. --shrink looks for the smallest run near the one that failed, and
 * tells its story. --outage HOURS has the cloud go away for so long. --plant all [--tries T] prints a line for each planted bug, and ends with 0 only if all were caught.
 */
const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

function lineOf({ plan, story: _story, ...rest }: Outcome, cpuMs: number) {
  const { seed, jobs, clusters, minutes } = plan;
  return { seed, jobs, clusters, minutes, ...rest, cpuMs };
}

function tell({ plan, violations, story }: Outcome): void {
  print({ smallest: plan });
  for (const line of story.slice(-STORY_LINES)) process.stdout.write(`${line}\n`);
  for (const { check, detail, at } of violations)
    process.stdout.write(`${new Date(at).toISOString()} does not hold: ${check}: ${detail}\n`);
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2), (Date.now() % 1_000_000_000) + 1);
  if (asked.kind === 'list') {
    for (const { name } of plants) process.stdout.write(`${name}\n`);
    return 0;
  }
  if (asked.allPlants) return (await tryPlants(asked, print)) ? 0 : 1;
  const { plant } = asked;
  let sum = emptySum();
  let failed: Outcome | undefined;
  for (let seed = asked.seed; seed < asked.seed + asked.seeds; seed += 1) {
    const began = process.cpuUsage();
    const outcome = await runWorld(planOf(seed, asked.jobs, asked.outageHours), { plant });
    const { user, system } = process.cpuUsage(began);
    print(lineOf(outcome, Math.round((user + system) / 1000)));
    sum = addUp(sum, outcome, (user + system) / 1000);
    if (outcome.violations.length > 0) failed ??= outcome;
    // A planted bug has to be caught once.
    if (plant !== noPlant && failed) break;
  }
  if (failed && asked.shrinks) tell(await shrink(failed.plan, plant));
  print({ summary: true, plant: plant.name, firstSeed: asked.seed, jobs: asked.jobs, ...sum });
  return sum.violations > 0 ? 1 : 0;
}

process.exitCode = await main();
