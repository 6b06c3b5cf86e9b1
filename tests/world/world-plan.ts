import { Chance } from './core/chance.ts';
import { faultKinds, type FaultKind } from './core/fault-kinds.ts';

/** All that a run follows from. */
export interface WorldPlan {
  readonly seed: number;
  /** Runs of jobs that people send, over all clusters. */
  readonly jobs: number;
  readonly clusters: number;
  /** How long the storm lasts; longer where the cloud goes away. */
  readonly minutes: number;
  /** Then, for so many hours more, broker, functions and tables are away, and clusters go on by themselves. */
  readonly outageHours: number;
  /** Whether midnight of the deployment's zone falls into the storm. */
  readonly midnight: boolean;
  readonly faults: readonly FaultKind[];
  /** What people do to awards, members and teams. */
  readonly decisions: number;
}

const NOT_WITHOUT_CLOUD: ReadonlySet<FaultKind> = new Set(['rows-change', 'control-restored']);

/** The plan of a seed: which faults it has, and on how many clusters. Some seeds have all of them, some a few. */
export function planOf(seed: number, jobs: number, outageHours = 0): WorldPlan {
  const chances = new Chance(seed);
  const chance = chances.of('plan');
  const share = chance.pick([0.25, 0.5, 0.8, 1]);
  return {
    seed,
    jobs,
    clusters: chance.pick([1, 1, 2, 3]),
    minutes: chance.whole(40, 110),
    outageHours,
    midnight: chance.happens(0.3),
    // A row that changes long after its end waits for the daily reading, which is no matter of an outage; and what is away
    // is not restored.
    faults: faultKinds
      // Each by itself: a kind that comes to the list changes no seed in which it is not drawn.
      .filter((kind) => chances.of(`fault ${kind}`).happens(share))
      .filter((kind) => outageHours === 0 || !NOT_WITHOUT_CLOUD.has(kind)),
    decisions: chance.whole(5, 25),
  };
}
