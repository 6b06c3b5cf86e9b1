import { gatherReads, type ItemSource } from '@keystone/shared/store/table/gathered-reads.ts';
import { readHistories } from '@keystone/shared/store/lists/history-reader.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import { exactIds, usesField } from '../lists/list-query.ts';
import { readRecordsOfRequests, readTeamRecords } from '../lists/team-records.ts';
import { actorsIn, historyOf } from '../presenting/histories.ts';
import { readReferenced } from '../presenting/referenced.ts';
import { clusterSummary, requestSummary } from '../presenting/summaries.ts';
import { todayOf, type ApiRequest } from '../resources/api-request.ts';
import type { ResourceService } from '../resources/resource-service.ts';
import { changeAllocation, removeAllocation } from './change-allocation.ts';
import { createAllocation } from './create-allocation.ts';
import { readFinals } from './final-figures.ts';

export const allocationService: ResourceService<'allocation'> = {
  kind: 'allocation',
  name: 'allocations',
  teamOf: ({ team }) => team,
  visible: (request, query) => {
    const requests = exactIds(query, 'request');
    return requests
      ? readRecordsOfRequests(request, 'allocation', requests)
      : readTeamRecords(request, 'allocation', undefined);
  },
  rows: async (request, records, query) => {
    const finals = usesField(query, 'final') ? await finalsOf(request, records) : undefined;
    const words = query.search === undefined ? [] : await wordsOf(request, records);
    return records.map(({ fields: { team: _team, ...fields } }, index) => ({
      values: { ...fields, final: finals?.get(fields.id) ?? null },
      words: words[index] ?? [],
    }));
  },
  present: async (request, records) => {
    const { control } = request.deps;
    const reads = gatherReads(control);
    const [{ clusters, requests }, finals, histories] = await Promise.all([
      readReferences(reads, records),
      finalsOf(request, records, reads),
      readHistories(control, records),
    ]);
    const actors = await readReferenced(reads, 'user', actorsIn(histories));
    return records.map(({ fields: { id, request: of, cluster, requested, awarded } }, index) => ({
      id,
      _cluster: clusterSummary(clusters.get(cluster)),
      _request: requestSummary(requests.get(of)),
      _history: historyOf(histories[index], actors),
      requested,
      awarded,
      final: finals.get(id) ?? null,
      cluster,
      request: of,
    }));
  },
  create: createAllocation,
  update: changeAllocation,
  remove: removeAllocation,
};

const finalsOf = (
  { deps }: ApiRequest,
  records: readonly Stored<'allocation'>[],
  reads: ItemSource = deps.control,
) =>
  readFinals(
    deps,
    records.map(({ fields }) => fields),
    todayOf(deps),
    { reads },
  );

async function readReferences(source: ItemSource, records: readonly Stored<'allocation'>[]) {
  const [clusters, requests] = await Promise.all([
    readReferenced(
      source,
      'cluster',
      records.map(({ fields }) => fields.cluster),
    ),
    readReferenced(
      source,
      'request',
      records.map(({ fields }) => fields.request),
    ),
  ]);
  return { clusters, requests };
}

async function wordsOf(request: ApiRequest, records: readonly Stored<'allocation'>[]): Promise<string[][]> {
  const { clusters, requests } = await readReferences(request.deps.control, records);
  return records.map(({ fields }) => [clusters.get(fields.cluster).name, requests.get(fields.request).title]);
}
