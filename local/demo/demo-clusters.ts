/** Days of use that the demo's clusters have behind them. */
export const DEMO_PAST_DAYS = 30;

/**
 * The demo's clusters, as files for the agent's simulated scheduler: what they have, and who works on them. Sizes are
 * such that some hundred jobs a day arrive, and that a balance moves while one looks.
 */
export const demoClusters = {
  aurora: {
    seed: 11,
    cluster: 'aurora',
    nodes: { count: 16, cpus: 64 },
    zone: 'Europe/London',
    historyDays: DEMO_PAST_DAYS,
    workload: [
      {
        account: 'quantum-chemistry',
        users: ['ada', 'grace'],
        unitsPerDay: 600,
        cpus: { median: 8 },
        minutes: { median: 8 },
      },
      {
        account: 'climate',
        users: ['edward'],
        unitsPerDay: 500,
        cpus: { median: 16 },
        minutes: { median: 6 },
      },
    ],
  },
  nova: {
    seed: 12,
    cluster: 'nova',
    partition: 'gpu',
    nodes: { count: 8, cpus: 32, gpus: 4 },
    billing: { cpu: 1, gpu: 16 },
    zone: 'Europe/London',
    historyDays: DEMO_PAST_DAYS,
    workload: [
      {
        account: 'quantum-chemistry',
        users: ['grace', 'ada'],
        unitsPerDay: 120,
        cpus: { median: 4 },
        gpus: { median: 1 },
        minutes: { median: 12 },
      },
    ],
  },
} as const;
export type DemoCluster = keyof typeof demoClusters;
