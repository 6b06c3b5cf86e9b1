import { maySeeCluster } from '@keystone/shared/domain/cluster-access.ts';
import { readHistories } from '@keystone/shared/store/lists/history-reader.ts';
import { actorsIn, historyOf } from '../presenting/histories.ts';
import { readReferenced } from '../presenting/referenced.ts';
import { teamSummary } from '../presenting/summaries.ts';
import { callerTeams } from '../resources/api-request.ts';
import type { ResourceService } from '../resources/resource-service.ts';
import { changeCluster, createCluster, removeCluster } from './change-cluster.ts';
import { listKind } from '@keystone/shared/store/lists/list-kind.ts';

export const clusterService: ResourceService<'cluster'> = {
  kind: 'cluster',
  name: 'clusters',
  visible: async (request) => {
    const clusters = await listKind(request.deps.control, 'cluster');
    if (request.caller.user.is_staff) return clusters;
    const teams = [...(await callerTeams(request)).keys()];
    return clusters.filter(({ fields }) => maySeeCluster(fields, teams));
  },
  rows: async (_request, records) =>
    records.map(({ fields: { id, name, description, enabled, access_mode } }) => ({
      values: { id, name, description, enabled, access_mode },
      words: [name, description ?? ''],
    })),
  present: async ({ deps }, records) => {
    const [teams, histories] = await Promise.all([
      readReferenced(
        deps.control,
        'team',
        records.flatMap(({ fields }) => fields.access_teams),
      ),
      readHistories(deps.control, records),
    ]);
    const actors = await readReferenced(deps.control, 'user', actorsIn(histories));
    return records.map(({ fields }, index) => ({
      ...fields,
      _access_teams: fields.access_teams.map((team) => teamSummary(teams.get(team))),
      _history: historyOf(histories[index], actors),
    }));
  },
  create: createCluster,
  update: changeCluster,
  remove: removeCluster,
};
