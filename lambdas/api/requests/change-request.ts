import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import type { JsonObject } from '../http/json-body.ts';
import { badField } from '../http/refusals.ts';
import { writtenFields } from '../resources/body-fields.ts';
import type { Write } from '../resources/write.ts';
import { refuseUnknownPeople } from './create-request.ts';
import { settleRequest } from './settle-request.ts';

/** Staff changes a request. A status is the same command as the decision's, and dates move the grants with them. */
export async function changeRequest(
  write: Write,
  request: Stored<'request'>,
  body: JsonObject,
): Promise<Stored<'request'>> {
  const update = writtenFields(resources.requests, resources.requests.update, body);
  const { title, description, team, submitter, assignees, status, active, expire } = update;
  if (team !== undefined && team !== request.fields.team)
    throw badField('team', 'a request stays with its team; make a new one');
  await refuseUnknownPeople(write, {
    submitter: submitter === request.fields.submitter ? undefined : submitter,
    assignees: assignees?.filter((id) => !request.fields.assignees.includes(id)),
  });
  const settled = await settleRequest(write, request, {
    fields: {
      title: title ?? request.fields.title,
      description: description ?? request.fields.description,
      submitter: submitter ?? request.fields.submitter,
      assignees: assignees ?? request.fields.assignees,
    },
    // A body may repeat the status that stands; only another one is a command.
    status: status === request.fields.status ? undefined : status,
    active,
    expire,
    awards: new Map(),
  });
  return settled.request;
}
