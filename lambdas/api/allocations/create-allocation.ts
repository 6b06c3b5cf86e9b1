import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import { mayUseCluster } from '@keystone/shared/domain/cluster-access.ts';
import { may } from '@keystone/shared/domain/rights.ts';
import { readChildIds } from '@keystone/shared/store/lists/children-reader.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import type { JsonObject } from '../http/json-body.ts';
import { badField, fieldNotAllowed, notAllowed } from '../http/refusals.ts';
import { referenceIn, writtenFields } from '../resources/body-fields.ts';
import { roleIn, type Write } from '../resources/write.ts';
import { refuseOtherFinal } from './change-allocation.ts';
import { placeAwards } from './place-awards.ts';

/** As many as one decision awards: a request with more could not be decided in one transaction. */
const MOST_ALLOCATIONS = 20;

/** Asks for time on one cluster within a request, on one that the team may use. Only staff awards, or asks elsewhere. */
export async function createAllocation(write: Write, body: JsonObject): Promise<Stored<'allocation'>> {
  const { uow, actor } = write;
  const wanted = referenceIn(body, 'request');
  const request = wanted === undefined ? undefined : await uow.get('request', wanted);
  const role = request ? await roleIn(write, request.fields.team) : null;
  if (!may('create', 'allocation', { staff: actor.is_staff, own: false, role }))
    throw notAllowed("Only an owner or admin of the request's team, or staff, adds allocations to it.");
  const fields = writtenFields(resources.allocations, resources.allocations.create, body);
  if (!request) throw badField('request', 'there is no such request');
  const cluster = await uow.get('cluster', fields.cluster);
  if (!cluster) throw badField('cluster', 'there is no such cluster');
  const { team } = request.fields;
  if (!actor.is_staff && !mayUseCluster(cluster.fields, team))
    throw fieldNotAllowed('cluster', `the team may not use ${cluster.fields.name}`);
  if (!actor.is_staff && fields.awarded !== null) throw fieldNotAllowed('awarded', 'only staff awards');
  refuseOtherFinal(fields.final, null);
  const { requested, awarded } = fields;
  await holdOneMore(write, request.fields.id);
  const allocation = await uow.create('allocation', {
    request: request.fields.id,
    team,
    cluster: cluster.fields.id,
    requested,
    awarded,
  });
  if (awarded !== null) await placeAwards(write, request.fields, [allocation.fields]);
  return allocation;
}

/** Of two that are added at once one starts over, so the count holds, and a decision misses neither. */
async function holdOneMore({ uow }: Write, request: number): Promise<void> {
  uow.touch('request', request);
  const ids = await readChildIds(uow.table, 'request', request, 'allocation');
  if (ids.length >= MOST_ALLOCATIONS)
    throw badField(
      'request',
      `holds ${MOST_ALLOCATIONS} allocations already; delete one, or make another request`,
    );
}
