import { listKind } from '@keystone/shared/store/lists/list-kind.ts';
import type { ResourceService } from '../resources/resource-service.ts';
import { changeTeam, removeTeam } from './change-team.ts';
import { createTeam } from './create-team.ts';
import { presentTeams } from './present-teams.ts';

export const teamService: ResourceService<'team'> = {
  kind: 'team',
  name: 'teams',
  teamOf: ({ id }) => id,
  visible: ({ deps }) => listKind(deps.control, 'team'),
  rows: async (_request, records) =>
    records.map(({ fields }) => ({ values: { ...fields }, words: [fields.name, fields.slug] })),
  present: ({ deps }, records) => presentTeams(deps.control, records),
  create: createTeam,
  update: changeTeam,
  remove: removeTeam,
};
