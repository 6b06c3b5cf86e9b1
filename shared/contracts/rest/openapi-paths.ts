import type * as z from 'zod';
import {
  balanceFilters,
  operations,
  resources,
  type Method,
  type Operation,
  type ResourceName,
} from './operations.ts';
import {
  filterParameters,
  type headerParameters,
  idParameter,
  listParameters,
  pageParameters,
  queryParameters,
  type Parameter,
} from './openapi-parameters.ts';
import { resourceNames, schemaNamesOf, type Components } from './openapi-schemas.ts';

interface Ref {
  $ref: string;
}
export interface Response {
  description: string;
  headers?: Record<string, Ref>;
  content?: Record<string, { schema: Ref }>;
}
export interface OperationObject {
  operationId: string;
  summary: string;
  tags: string[];
  security: Record<string, string[]>[];
  parameters: (Parameter | Ref)[];
  requestBody?: { required: true; content: Record<string, { schema: Ref }> };
  responses: Record<string, Response | Ref>;
}
export type PathItem = Partial<Record<Lowercase<Method>, OperationObject>>;

/** Refusals that a client can meet, by status. */
export const problems = {
  400: 'A field, filter or value is wrong; `errors` names each',
  401: 'No valid session',
  403: 'Not allowed',
  404: 'No such record, or none that the caller may see',
  405: 'The path has no such method',
  409: 'The record changed meanwhile, or the name is taken',
  412: 'The record is not at the version of If-Match any more',
  413: 'The body is too large',
  415: 'The body is not JSON, or does not say so',
  422: 'The body is well formed and cannot be carried out',
  429: 'Too many attempts; Retry-After says when the next may be made',
} as const;
type ProblemStatus = keyof typeof problems;

/** What an operation is made of before it is written down. */
interface Draft {
  id: string;
  method: Method;
  path: string;
  summary: string;
  open: boolean;
  parameters: Parameter[];
  body?: Ref;
  status: 200 | 201 | 204;
  response?: Ref;
  /** The answer carries the record's version; a change of a record that exists takes it in If-Match. */
  versioned: boolean;
}

const unsafe = (method: Method) => method !== 'GET';

/** Its Idempotency-Key counts. */
const repeatable = ({ method, open, body }: Draft) => method === 'POST' && !open && body !== undefined;

const guarded = ({ method, path, versioned }: Draft) => versioned && unsafe(method) && path.includes('{id}');

function problemStatuses(draft: Draft): ProblemStatus[] {
  const { method, path, open } = draft;
  const at = (condition: boolean, ...statuses: ProblemStatus[]) => (condition ? statuses : []);
  return [
    400,
    ...at(!open || unsafe(method), 401, 403),
    ...at(path.includes('{id}'), 404),
    405,
    ...at(unsafe(method) && !open, 409),
    ...at(guarded(draft), 412),
    ...at(draft.body !== undefined, 413, 415),
    ...at(unsafe(method) && !open, 422),
    ...at(draft.id === 'signIn', 429),
  ];
}

function headersTaken(draft: Draft): Ref[] {
  const names: (keyof typeof headerParameters)[] = ['correlation'];
  if (guarded(draft)) names.push('ifMatch');
  if (repeatable(draft)) names.push('idempotency');
  return names.map((name) => ({ $ref: `#/components/parameters/${name}` }));
}

function operationObject(draft: Draft): OperationObject {
  const json = (schema: Ref) => ({ 'application/json': { schema } });
  return {
    operationId: draft.id,
    summary: draft.summary,
    tags: [draft.path.split('/')[1] ?? ''],
    security: draft.open ? [] : [unsafe(draft.method) ? { session: [], csrf: [] } : { session: [] }],
    parameters: [
      ...(draft.path.includes('{id}') ? [idParameter] : []),
      ...draft.parameters,
      ...headersTaken(draft),
    ],
    ...(draft.body ? { requestBody: { required: true as const, content: json(draft.body) } } : {}),
    responses: {
      [draft.status]: {
        description: draft.status === 204 ? 'Done' : draft.summary,
        headers: {
          'X-KEYSTONE-CID': { $ref: '#/components/headers/CorrelationId' },
          ...(draft.versioned && draft.response ? { ETag: { $ref: '#/components/headers/ETag' } } : {}),
        },
        ...(draft.response ? { content: json(draft.response) } : {}),
      },
      ...Object.fromEntries(
        problemStatuses(draft).map((status) => [status, { $ref: `#/components/responses/Problem${status}` }]),
      ),
    },
  };
}

/** The six operations of a resource: list and create on its path, the rest on the record's. */
function resourceDrafts(name: ResourceName): Draft[] {
  const { path, name: record, filters } = resources[name];
  const names = schemaNamesOf(name);
  const ref = (schema: string): Ref => ({ $ref: `#/components/schemas/${schema}` });
  const one = `${path}{id}/`;
  const base = { open: false, parameters: [], status: 200 as const, versioned: true };
  const read = { ...base, response: ref(names.read) };
  return [
    {
      ...base,
      id: `list${record}s`,
      method: 'GET',
      path,
      summary: `List ${record} records`,
      parameters: [...listParameters(), ...filterParameters(filters)],
      response: ref(names.list),
      versioned: false,
    },
    {
      ...read,
      id: `create${record}`,
      method: 'POST',
      path,
      summary: `Create a ${record}`,
      body: ref(names.create),
      status: 201,
    },
    { ...read, id: `read${record}`, method: 'GET', path: one, summary: `Read a ${record}` },
    {
      ...read,
      id: `replace${record}`,
      method: 'PUT',
      path: one,
      summary: `Replace a ${record}`,
      body: ref(names.replace),
    },
    {
      ...read,
      id: `change${record}`,
      method: 'PATCH',
      path: one,
      summary: `Change fields of a ${record}`,
      body: ref(names.update),
    },
    {
      ...base,
      id: `delete${record}`,
      method: 'DELETE',
      path: one,
      summary: `Delete a ${record}`,
      status: 204,
    },
  ];
}

function operationDraft(operation: Operation, refTo: (schema: z.ZodType) => Ref): Draft {
  const { id, method, path, summary, access, body, query, status, response } = operation;
  const pages = id === 'listUsageDays' || id === 'listCharges';
  return {
    id,
    method,
    path,
    summary,
    open: access === 'anyone' || access === 'token',
    parameters: [
      ...(query ? queryParameters(query) : []),
      ...(pages ? pageParameters() : []),
      ...(id === 'listBalances' ? [...listParameters(), ...filterParameters(balanceFilters)] : []),
    ],
    ...(body ? { body: refTo(body) } : {}),
    status,
    ...(response ? { response: refTo(response) } : {}),
    versioned: id === 'decideRequest',
  };
}

const verb = { GET: 'get', POST: 'post', PUT: 'put', PATCH: 'patch', DELETE: 'delete' } as const;

/** Every path of the API with its operations. */
export function pathsOf(refTo: Components['refTo']): Record<string, PathItem> {
  const drafts = [
    ...resourceNames.flatMap(resourceDrafts),
    ...operations.map((operation) => operationDraft(operation, refTo)),
  ];
  const paths: Record<string, PathItem> = {};
  for (const draft of drafts) (paths[draft.path] ??= {})[verb[draft.method]] = operationObject(draft);
  return paths;
}
