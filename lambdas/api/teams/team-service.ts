import { readMany } from '@keystone/shared/store/control-reader.ts';
import { listKind } from '@keystone/shared/store/list-kind.ts';
import { callerTeams } from '../resources/api-request.ts';
import type { ResourceService } from '../resources/resource-service.ts';
import { changeTeam, removeTeam } from './change-team.ts';
import { createTeam } from './create-team.ts';
import { presentTeams } from './present-teams.ts';

export const teamService: ResourceService<'team'> = {
  kind: 'team',
  name: 'teams',
  teamOf: ({ id }) => id,
  visible: async (request) => {
    const { control } = request.deps;
    const own = await readMany(control, 'team', (await callerTeams(request)).keys());
    const others = (await listKind(control, 'team')).filter(({ fields }) => !own.has(fields.id));
    return [...others, ...[...own.values()].filter(({ hidden }) => !hidden)];
  },
  rows: async (_request, records) =>
    records.map(({ fields }) => ({ values: { ...fields }, words: [fields.name, fields.slug] })),
  present: ({ deps }, records) => presentTeams(deps.control, records),
  create: createTeam,
  update: changeTeam,
  remove: removeTeam,
};
