import { replacementOf } from '@keystone/shared/contracts/rest/openapi-schemas.ts';
import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import { isStaffOnly, type Action, type Guarded } from '@keystone/shared/domain/rights.ts';
import { readNumbered } from '@keystone/shared/store/table/control-reader.ts';
import type { NumberedKind } from '@keystone/shared/store/table/kinds.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import { checkIfMatch, etagOf } from '../http/etag.ts';
import { jsonBody } from '../http/json-body.ts';
import { notAllowed, notFound } from '../http/refusals.ts';
import type { Reply } from '../http/reply.ts';
import { filterableOf, parseListQuery } from '../lists/list-query.ts';
import { pageOf } from '../lists/page.ts';
import type { ApiRequest } from './api-request.ts';
import { writtenFields } from './body-fields.ts';
import { firstVersionOnly } from './first-version.ts';
import { writeOnce } from './repeatable.ts';
import { checkMayRead, checkMayWrite, type ResourceService } from './resource-service.ts';
import { write, type Write } from './write.ts';

type Handler = (request: ApiRequest) => Promise<Reply>;
/** Handlers of a resource's path, and of its records'. */
export interface ResourceHandlers {
  collection: { GET: Handler; POST: Handler };
  record: { GET: Handler; PUT: Handler; PATCH: Handler; DELETE: Handler };
}

/** The six operations of a resource. */
export function resourceHandlers<K extends NumberedKind & Guarded>(
  service: ResourceService<K>,
): ResourceHandlers {
  return {
    collection: {
      GET: (request) => list(service, request),
      POST: (request) => create(service, request),
    },
    record: {
      GET: (request) => read(service, request, 200),
      PUT: (request) => update(service, request, 'PUT'),
      PATCH: (request) => update(service, request, 'PATCH'),
      DELETE: (request) => remove(service, request),
    },
  };
}

async function list<K extends NumberedKind & Guarded>(
  service: ResourceService<K>,
  request: ApiRequest,
): Promise<Reply> {
  const query = parseListQuery(request.call.query, filterableOf(resources[service.name]));
  const records = await service.visible(request, query);
  records.sort((a, b) => a.fields.id - b.fields.id);
  const rows = await service.rows(request, records, query);
  const pairs = records.flatMap((record, index) => {
    const row = rows[index];
    return row ? [{ record, row }] : [];
  });
  const page = pageOf(request.call, query, pairs);
  return { status: 200, body: { ...page, results: await service.present(request, page.results) } };
}

async function read<K extends NumberedKind & Guarded>(
  service: ResourceService<K>,
  request: ApiRequest,
  status: 200 | 201,
): Promise<Reply> {
  const record = await readNumbered(request.deps.control, service.kind, request.id ?? 0);
  if (!record) throw notFound(`There is no ${service.kind} ${request.id}.`);
  await checkMayRead(service, request, record.fields);
  return answer(service, request, record, status);
}

async function answer<K extends NumberedKind & Guarded>(
  service: ResourceService<K>,
  request: ApiRequest,
  record: Stored<K>,
  status: 200 | 201,
): Promise<Reply> {
  const [body] = await service.present(request, [record]);
  return { status, body, headers: { etag: etagOf(record.version) } };
}

/** Before anything is read: what only staff may do tells others nothing of what there is. */
function refuseOthers(action: Action, kind: Guarded, { caller }: ApiRequest): void {
  if (isStaffOnly(action, kind) && !caller.user.is_staff) throw notAllowed('Only staff may do this.');
}

async function create<K extends NumberedKind & Guarded>(
  service: ResourceService<K>,
  request: ApiRequest,
): Promise<Reply> {
  refuseOthers('create', service.kind, request);
  const body = jsonBody(request.call);
  const done = await writeOnce(
    request,
    (own) => service.create(own, body),
    ({ fields }) => ({ status: 201, subject: fields.id }),
  );
  const id = done.first ? done.result.fields.id : done.outcome.subject;
  return read(service, { ...request, id: id ?? 0 }, 201);
}

async function update<K extends NumberedKind & Guarded>(
  service: ResourceService<K>,
  request: ApiRequest,
  method: 'PUT' | 'PATCH',
): Promise<Reply> {
  refuseOthers('change', service.kind, request);
  const refuseLaterVersion = firstVersionOnly();
  await write(request, async (own) => {
    const record = await target('change', service, request, own);
    const body = jsonBody(request.call);
    if (method === 'PUT') writtenFields(resources[service.name], replacementOf(service.name), body);
    if (service.decides?.(body)) refuseLaterVersion(record);
    return service.update(own, record, body);
  });
  const record = await readNumbered(request.deps.control, service.kind, request.id ?? 0);
  if (!record) throw notFound(`The ${service.kind} ${request.id} was deleted meanwhile.`);
  const cookies = await service.cookiesAfter?.(request, record, jsonBody(request.call));
  return { ...(await answer(service, request, record, 200)), ...(cookies && { cookies }) };
}

async function remove<K extends NumberedKind & Guarded>(
  service: ResourceService<K>,
  request: ApiRequest,
): Promise<Reply> {
  refuseOthers('delete', service.kind, request);
  await write(request, async (own) => service.remove(own, await target('delete', service, request, own)));
  return { status: 204 };
}

/** The record that the path names, which the actor may change, at the version that the caller saw. */
async function target<K extends NumberedKind & Guarded>(
  action: Action,
  service: ResourceService<K>,
  request: ApiRequest,
  own: Write,
): Promise<Stored<K>> {
  const record = await own.uow.get(service.kind, request.id ?? 0);
  if (!record) throw notFound(`There is no ${service.kind} ${request.id}.`);
  await checkMayWrite(action, service, own, record.fields);
  checkIfMatch(request.call, record.version);
  return record;
}
