import { runWorld, type Outcome } from './run-world.ts';
import type { Plant } from './plants/plant.ts';
import type { WorldPlan } from './world-plan.ts';

/** Runs that a shrinking takes at most. */
const MOST_RUNS = 60;

/**
 * The smallest plan near one that failed which fails as well: fewer jobs, clusters, decisions and faults, and less time.
 *
 * @returns its outcome, with its story
 */
export async function shrink(failed: WorldPlan, plant: Plant): Promise<Outcome> {
  let plan = failed;
  let runs = 0;
  const fails = async (smaller: WorldPlan): Promise<boolean> => {
    if (runs >= MOST_RUNS) return false;
    runs += 1;
    const { violations } = await runWorld(smaller, { plant });
    if (violations.length === 0) return false;
    plan = smaller;
    return true;
  };
  for (let again = true; again;) {
    again = false;
    for (const smaller of smallerPlans(plan)) {
      if (!(await fails(smaller))) continue;
      again = true;
      break;
    }
  }
  return runWorld(plan, { plant, tells: true });
}

/** Steps towards less, the longest first. */
function* smallerPlans(plan: WorldPlan): Generator<WorldPlan> {
  const half = (figure: number) => Math.floor(figure / 2);
  if (plan.jobs > 2) yield { ...plan, jobs: half(plan.jobs) };
  if (plan.clusters > 1) yield { ...plan, clusters: 1 };
  if (plan.minutes > 10) yield { ...plan, minutes: half(plan.minutes) };
  if (plan.decisions > 0) yield { ...plan, decisions: half(plan.decisions) };
  const { faults } = plan;
  for (let size = half(faults.length); size >= 1; size = half(size))
    for (let at = 0; at < faults.length; at += size)
      yield { ...plan, faults: [...faults.slice(0, at), ...faults.slice(at + size)] };
}
