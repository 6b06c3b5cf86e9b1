import type { RecordShapes, Stored } from '@keystone/shared/store/table/records.ts';
import { exactIds } from '../lists/list-query.ts';
import { readReferenced } from '../presenting/referenced.ts';
import { displayName } from '../presenting/summaries.ts';
import type { ApiRequest } from '../resources/api-request.ts';
import type { ResourceService } from '../resources/resource-service.ts';
import { readTeamRecords } from '../lists/team-records.ts';
import { changeRequest } from './change-request.ts';
import { createRequest } from './create-request.ts';
import { presentRequests } from './present-requests.ts';
import { removeRequest } from './remove-request.ts';

export const requestService: ResourceService<'request'> = {
  kind: 'request',
  name: 'requests',
  teamOf: ({ team }) => team,
  visible: (request, query) => readTeamRecords(request, 'request', exactIds(query, 'team')),
  rows: async (request, records, query) => {
    const words = query.search === undefined ? [] : await wordsOf(request, records);
    return records.map(({ fields }, index) => ({ values: listedFields(fields), words: words[index] ?? [] }));
  },
  present: ({ deps }, records) => presentRequests(deps, records),
  create: createRequest,
  update: changeRequest,
  decides: (body) => body['status'] !== undefined,
  remove: removeRequest,
};

function listedFields(request: RecordShapes['request']) {
  const { id, title, description, status, active, expire, submitted, submitter, team } = request;
  return { id, title, description, status, active, expire, submitted, submitter, team };
}

async function wordsOf({ deps }: ApiRequest, records: readonly Stored<'request'>[]): Promise<string[][]> {
  const [users, teams] = await Promise.all([
    readReferenced(
      deps.control,
      'user',
      records.map(({ fields }) => fields.submitter),
    ),
    readReferenced(
      deps.control,
      'team',
      records.map(({ fields }) => fields.team),
    ),
  ]);
  return records.map(({ fields }) => [
    fields.title,
    fields.description,
    displayName(users.get(fields.submitter)),
    users.get(fields.submitter).username,
    teams.get(fields.team).name,
    teams.get(fields.team).slug,
  ]);
}
