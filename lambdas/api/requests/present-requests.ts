import type * as z from 'zod';
import type { AllocationRequest } from '@keystone/shared/contracts/rest/requests.ts';
import type { allocationSummarySchema } from '@keystone/shared/contracts/rest/summaries.ts';
import { readChildrenOf } from '@keystone/shared/store/lists/children-reader.ts';
import { gatherReads, type GatheredReads } from '@keystone/shared/store/table/gathered-reads.ts';
import { readHistories } from '@keystone/shared/store/lists/history-reader.ts';
import type { RecordShapes, Stored } from '@keystone/shared/store/table/records.ts';
import { readFinals } from '../allocations/final-figures.ts';
import type { Placement } from '../allocations/place-awards.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { actorsIn, historyOf } from '../presenting/histories.ts';
import { readReferenced, type Referenced } from '../presenting/referenced.ts';
import { clusterSummary, teamSummary, userSummary } from '../presenting/summaries.ts';
import { todayOf } from '../resources/api-request.ts';

/** A request's allocations and grants as a unit of work will leave them, instead of those in the table. */
export interface Unsaved {
  allocations: RecordShapes['allocation'][];
  placements: readonly Placement[];
}

/** Requests as the API shows them. */
export async function presentRequests(
  deps: ApiDependencies,
  requests: readonly Stored<'request'>[],
  unsaved?: Unsaved,
): Promise<AllocationRequest[]> {
  const reads = gatherReads(deps.control);
  const people = requests.flatMap(({ fields }) => [fields.submitter, ...fields.assignees]);
  const [allocations, histories] = await Promise.all([
    unsaved ? [unsaved.allocations] : readAllocations(deps, reads, requests),
    readHistories(deps.control, requests),
  ]);
  const all = allocations.flat();
  const [users, teams, clusters, finals] = await Promise.all([
    readReferenced(reads, 'user', [...people, ...actorsIn(histories)]),
    readReferenced(
      reads,
      'team',
      requests.map(({ fields }) => fields.team),
    ),
    readReferenced(
      reads,
      'cluster',
      all.map(({ cluster }) => cluster),
    ),
    readFinals(deps, all, todayOf(deps), { reads, placements: unsaved?.placements ?? [] }),
  ]);
  return requests.map(({ fields }, index) => ({
    ...fields,
    ...notBuilt,
    _submitter: userSummary(users.get(fields.submitter)),
    _team: teamSummary(teams.get(fields.team)),
    _assignees: fields.assignees.map((id) => userSummary(users.get(id))),
    _history: historyOf(histories[index], users),
    _allocations: (allocations[index] ?? []).map((allocation) =>
      allocationSummary(allocation, clusters, finals),
    ),
  }));
}

async function readAllocations(
  { control }: Pick<ApiDependencies, 'control'>,
  reads: GatheredReads,
  requests: readonly Stored<'request'>[],
): Promise<RecordShapes['allocation'][][]> {
  const ids = requests.map(({ fields }) => fields.id);
  const found = await readChildrenOf(control, 'request', ids, 'allocation', reads);
  return ids.map((id) => (found.get(id) ?? []).map(({ fields }) => fields));
}

/** Empty until research outputs, attachments and comments are built; clients look for them. */
const notBuilt = {
  _publications: [],
  _grants: [],
  _attachments: [],
  _comments: [],
  publications: [],
  grants: [],
};

function allocationSummary(
  { id, cluster, requested, awarded }: RecordShapes['allocation'],
  clusters: Referenced<'cluster'>,
  finals: ReadonlyMap<number, number>,
): z.infer<typeof allocationSummarySchema> {
  const final = finals.get(id) ?? null;
  return { id, cluster, requested, awarded, final, _cluster: clusterSummary(clusters.get(cluster)) };
}
