import { reserveIds } from '@keystone/shared/store/unit-of-work/counters.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { writeRecords } from '../stack/write-records.ts';
import { deploymentRecords, type DeploymentSize, type FirstIds } from './deployment-records.ts';

/** Fills a control table with a deployment, past the API and its transactions. */
export async function fillStore(
  table: ControlTable,
  size: DeploymentSize,
  cluster: number,
): Promise<FirstIds> {
  const first: FirstIds = {
    user: await reserveIds(table, 'user', size.people),
    team: await reserveIds(table, 'team', size.teams),
    membership: await reserveIds(table, 'membership', size.people),
    request: await reserveIds(table, 'request', size.requests),
    allocation: await reserveIds(table, 'allocation', size.requests),
  };
  await writeRecords(table, deploymentRecords(size, first, cluster));
  return first;
}
