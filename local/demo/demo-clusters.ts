import { slugOf } from '@keystone/shared/domain/names.ts';
import { demoTeams } from './demo-teams.ts';

/** Days of use that the demo's clusters have behind them. */
export const DEMO_PAST_DAYS = 365;

/** Jobs that arrive while someone looks are so many times shorter and more, so that balances move. */
const LIVE_PACE = 40;

/** What a team uses of a cluster: service units on an average day, and what its jobs are like. */
interface Use {
  unitsPerDay: number;
  cpus: number;
  gpus?: number;
  minutes: number;
}

/** By cluster and team. */
export const demoUse = {
  aurora: {
    'Quantum Chemistry': { unitsPerDay: 2_400, cpus: 32, minutes: 150 },
    Climate: { unitsPerDay: 3_000, cpus: 128, minutes: 180 },
    Genomics: { unitsPerDay: 700, cpus: 8, minutes: 90 },
    'Plasma Physics': { unitsPerDay: 1_800, cpus: 64, minutes: 200 },
    'Fluid Dynamics': { unitsPerDay: 2_600, cpus: 128, minutes: 120 },
    Cosmology: { unitsPerDay: 1_500, cpus: 64, minutes: 240 },
    Materials: { unitsPerDay: 1_200, cpus: 32, minutes: 100 },
  },
  nova: {
    'Machine Learning': { unitsPerDay: 4_500, cpus: 16, gpus: 2, minutes: 240 },
    'Quantum Chemistry': { unitsPerDay: 1_200, cpus: 8, gpus: 1, minutes: 180 },
    Genomics: { unitsPerDay: 1_500, cpus: 8, gpus: 1, minutes: 150 },
    Cosmology: { unitsPerDay: 900, cpus: 8, gpus: 2, minutes: 120 },
  },
} as const satisfies Record<string, Readonly<Record<string, Use>>>;
export type DemoCluster = keyof typeof demoUse;

export const demoClusterNames = ['aurora', 'nova'] as const satisfies readonly DemoCluster[];

export const demoClusterDescriptions: Record<DemoCluster, string> = {
  aurora: 'General CPU nodes: 16 nodes with 64 cores each',
  nova: 'GPU nodes: 8 nodes with 4 GPUs each; a GPU counts as 16 cores',
};

const nodes = {
  aurora: { nodes: { count: 16, cpus: 64 } },
  nova: {
    partition: 'gpu',
    nodes: { count: 8, cpus: 32, gpus: 4 },
    billing: { cpu: 1, gpu: 16 },
  },
} as const;

/**
 * A demo cluster as a file for the agent's simulated scheduler: what it has, and who works on it. The same seed gives the
 * same past on the same day.
 */
export function simulationOf(cluster: DemoCluster, seed: number) {
  return {
    seed: seed + demoClusterNames.indexOf(cluster),
    cluster,
    ...nodes[cluster],
    zone: 'Europe/London',
    historyDays: DEMO_PAST_DAYS,
    historyPace: 1,
    pace: LIVE_PACE,
    workload: workloadOf(demoUse[cluster]),
  };
}

function workloadOf(uses: Readonly<Record<string, Use>>) {
  return Object.entries(uses).map(([team, { unitsPerDay, cpus, gpus, minutes }]) => ({
    account: slugOf(team) ?? team,
    users: peopleOf(team),
    unitsPerDay,
    cpus: { median: cpus },
    ...(gpus !== undefined && { gpus: { median: gpus } }),
    minutes: { median: minutes },
  }));
}

function peopleOf(name: string): string[] {
  const team = demoTeams.find((found) => found.name === name);
  return team ? [...team.people.map(({ username }) => username), ...(team.guests ?? [])] : [];
}
