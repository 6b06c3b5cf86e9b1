import { eventually } from '@keystone/tests/support/eventually.ts';
import type { FleetCluster, FleetWorld } from './fleet-world.ts';

/** Waits until the agents of all clusters have told the cloud that they hold the newest policy. */
export async function allReported(
  world: FleetWorld,
  clusters: readonly FleetCluster[],
  withinMs?: number,
): Promise<void> {
  await eventually(async () => (await world.reported(clusters)) === clusters.length, {
    what: 'the word of all agents that they hold their policy',
    ...(withinMs !== undefined && { withinMs }),
  });
}

type Ended = Awaited<ReturnType<FleetWorld['fleet']['work']>>;

/** Waits until the ledger has as many jobs as ended, and tells by how many billing-seconds it is off then. */
export async function allStored(
  world: FleetWorld,
  clusters: readonly FleetCluster[],
  ended: Ended,
  withinMs?: number,
): Promise<{ jobs: number; charged: number; seconds: number; off: number }> {
  const jobs = ended.reduce((sum, { runs }) => sum + runs, 0);
  const jobsIn = (found: readonly { jobs: number }[]) =>
    found.reduce((sum, balance) => sum + balance.jobs, 0);
  const balances = await eventually(
    async () => {
      const found = await world.balances(clusters);
      return jobsIn(found) >= jobs && found;
    },
    { what: `${jobs} jobs in the balances`, ...(withinMs !== undefined && { withinMs }) },
  );
  const expected = new Map(ended.map(({ cluster, seconds }) => [cluster, seconds]));
  const off = balances.reduce(
    (sum, { cluster, runs }) => sum + Math.abs(runs - (expected.get(cluster) ?? 0)),
    0,
  );
  const seconds = ended.reduce((sum, row) => sum + row.seconds, 0);
  return { jobs, charged: jobsIn(balances), seconds, off };
}
