import type { Bench, BenchName } from './figures/figure.ts';

export interface BenchEntry {
  /** What is measured. */
  about: string;
  /** What `--size` counts. */
  counts: string;
  size: { standard: number; least: number; most: number };
  /** Loaded when it is wanted: together they pull in half of the repository. */
  load: () => Promise<Bench>;
}

export const benches: Record<BenchName, BenchEntry> = {
  award: {
    about: 'award decided -> limit enforced by a real slurmctld',
    counts: 'awards',
    size: { standard: 20, least: 1, most: 500 },
    load: async () => (await import('./main-line/award-to-limit.ts')).benchAward,
  },
  charge: {
    about: "job's last command -> balance in the API, with a real Slurm",
    counts: 'jobs',
    size: { standard: 10, least: 1, most: 200 },
    load: async () => (await import('./main-line/job-to-balance.ts')).benchCharge,
  },
  ledger: {
    about: 'usage message at the MQTT broker -> balance: rate, request units, cost, memory',
    counts: 'jobs',
    size: { standard: 40_000, least: 8_400, most: 1_000_000 },
    load: async () => (await import('./ledger/bench-ledger.ts')).benchLedger,
  },
  api: {
    about: 'lists, detail and creation over HTTP: time, rate, request units',
    counts: 'requests in the store, with half as many people',
    size: { standard: 2_000, least: 200, most: 20_000 },
    load: async () => (await import('./api/bench-api.ts')).benchApi,
  },
  agent: {
    about: 'the agent at rest, its parsers, and a back-fill of accounting rows',
    counts: 'rows of the back-fill',
    size: { standard: 200_000, least: 10_000, most: 1_000_000 },
    load: async () => (await import('./agent/bench-agent.ts')).benchAgent,
  },
  policy: {
    about: 'one award changed on a large cluster -> policy published, planned and written by the agent',
    counts: 'accounts of the cluster, thirty members each',
    size: { standard: 1_000, least: 10, most: 2_000 },
    load: async () => (await import('./policy/bench-policy.ts')).benchPolicy,
  },
  fleet: {
    about: 'simulated agents on one stack: enrolment, awards in the same moment, usage',
    counts: 'agents, each with a cluster',
    size: { standard: 50, least: 2, most: 200 },
    load: async () => (await import('./fleet/bench-fleet.ts')).benchFleet,
  },
  storm: {
    about: 'the stack ends and comes back: all agents connect at once, and take a new policy',
    counts: 'agents, each with a cluster',
    size: { standard: 50, least: 2, most: 500 },
    load: async () => (await import('./fleet/bench-storm.ts')).benchStorm,
  },
  cold: {
    about: "import of each function's bundle in a fresh process, and its size",
    counts: 'imports of each',
    size: { standard: 9, least: 1, most: 99 },
    load: async () => (await import('./cold/bench-cold.ts')).benchCold,
  },
  web: {
    about: "each page of the site in Chromium on a slow machine's processor and a fast 4G line",
    counts: 'loads of each page',
    size: { standard: 5, least: 1, most: 25 },
    load: async () => (await import('./web/bench-web.ts')).benchWeb,
  },
  synth: {
    about: 'the app synthesised as npm start does it',
    counts: 'synths',
    size: { standard: 5, least: 1, most: 50 },
    load: async () => (await import('./synth/bench-synth.ts')).benchSynth,
  },
};
