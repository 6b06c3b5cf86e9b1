import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import { may } from '@keystone/shared/domain/rights.ts';
import type { RecordShapes, Stored } from '@keystone/shared/store/table/records.ts';
import type { JsonObject } from '../http/json-body.ts';
import { badField, fieldNotAllowed, notAllowed } from '../http/refusals.ts';
import { referenceIn, writtenFields } from '../resources/body-fields.ts';
import { roleIn, type Write } from '../resources/write.ts';
import { settleRequest } from './settle-request.ts';

/** An owner or admin asks for time in the team's name; staff may also set who asked, the dates, a status, assignees. */
export async function createRequest(write: Write, body: JsonObject): Promise<Stored<'request'>> {
  const { uow, actor, now } = write;
  const wanted = referenceIn(body, 'team');
  const team = wanted === undefined ? undefined : await uow.get('team', wanted);
  const role = team ? await roleIn(write, team.fields.id) : null;
  if (!may('create', 'request', { staff: actor.is_staff, own: false, role }))
    throw notAllowed('Only an owner or admin of the team, or staff, asks for time in its name.');
  const {
    status,
    active,
    expire,
    publications: _p,
    grants: _g,
    ...fields
  } = writtenFields(resources.requests, resources.requests.create, body);
  if (!team) throw badField('team', 'there is no such team');
  const submitter = fields.submitter ?? actor.id;
  if (!actor.is_staff) refuseStaffFields({ ...fields, submitter, status, active, expire }, actor.id);
  await refuseUnknownPeople(write, { submitter, assignees: fields.assignees });
  const request = await uow.create('request', {
    ...fields,
    submitter,
    submitted: now,
    status: 'PD',
    active,
    expire,
  });
  if (status === 'PD') return request;
  return (await settleRequest(write, request, { fields: {}, status, awards: new Map() })).request;
}

type StaffFields = Pick<RecordShapes['request'], 'submitter' | 'status' | 'active' | 'expire' | 'assignees'>;

function refuseStaffFields(fields: StaffFields, caller: number): void {
  const { submitter, status, active, expire, assignees } = fields;
  const set = {
    submitter: submitter !== caller,
    status: status !== 'PD',
    active: active !== null,
    expire: expire !== null,
    assignees: assignees.length > 0,
  };
  for (const [field, isSet] of Object.entries(set))
    if (isSet) throw fieldNotAllowed(field, 'only staff sets this');
}

/** @throws Refusal bad-field where a submitter or an assignee does not exist */
export async function refuseUnknownPeople(
  { uow }: Write,
  people: { submitter?: number | undefined; assignees?: readonly number[] | undefined },
): Promise<void> {
  const { submitter, assignees = [] } = people;
  if (submitter !== undefined && !(await uow.get('user', submitter)))
    throw badField('submitter', 'there is no such user');
  for (const assignee of assignees)
    if (!(await uow.get('user', assignee))) throw badField('assignees', `there is no user ${assignee}`);
}
