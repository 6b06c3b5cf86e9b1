import { noPlant } from './plants/plant.ts';
import { plants } from './plants/plants.ts';
import { readArguments } from './read-arguments.ts';
import { runWorld, type Outcome } from './run-world.ts';
import { addUp, emptySum } from './sum.ts';
import { planOf } from './world-plan.ts';

/**
 * npm run simulate -- --seeds N --jobs M [--seed S] [--plant BUG|list]: one JSON line a seed, and one that sums up. Ends
 * with 0 only if everything held in every seed.
 */
const print = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

function lineOf({ plan, story: _story, ...rest }: Outcome, cpuMs: number) {
  const { seed, jobs, clusters, minutes } = plan;
  return { seed, jobs, clusters, minutes, ...rest, cpuMs };
}

async function main(): Promise<number> {
  const asked = readArguments(process.argv.slice(2), (Date.now() % 1_000_000_000) + 1);
  if (asked.kind === 'list') {
    for (const { name } of plants) process.stdout.write(`${name}\n`);
    return 0;
  }
  let sum = emptySum();
  for (let seed = asked.seed; seed < asked.seed + asked.seeds; seed += 1) {
    const began = process.cpuUsage();
    const outcome = await runWorld(planOf(seed, asked.jobs), { plant: asked.plant });
    const { user, system } = process.cpuUsage(began);
    print(lineOf(outcome, Math.round((user + system) / 1000)));
    sum = addUp(sum, outcome, (user + system) / 1000);
    // A planted bug has to be caught once.
    if (asked.plant !== noPlant && outcome.violations.length > 0) break;
  }
  print({ summary: true, plant: asked.plant.name, firstSeed: asked.seed, ...sum });
  return sum.violations > 0 ? 1 : 0;
}

process.exitCode = await main();
