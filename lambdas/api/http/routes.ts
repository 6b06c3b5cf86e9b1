import {
  operations,
  resources,
  type Method,
  type Operation,
  type OperationId,
  type ResourceName,
} from '@keystone/shared/contracts/rest/operations.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { ApiRequest } from '../resources/api-request.ts';
import type { ResourceHandlers } from '../resources/resource-handlers.ts';
import { idFrom, type Call } from './call.ts';
import type { Reply } from './reply.ts';

/** What answers a method of a path. */
export type Endpoint =
  | { access: 'anyone'; handle(deps: ApiDependencies, call: Call): Promise<Reply> }
  | { access: 'signed-in' | 'staff'; handle(request: ApiRequest): Promise<Reply> }
  /** A function of its own answers it; API Gateway sends the method there. */
  | { access: 'elsewhere' };

/** Who answers each operation beside the resources' own. */
export type OperationEndpoints = Record<OperationId, Endpoint>;

export interface Route {
  segments: readonly string[];
  methods: Partial<Record<Method, Endpoint>>;
}

/** The routes of the API, derived from its contracts: a path that they don't know can't be served, or forgotten. */
export function routesOf(
  handlers: Record<ResourceName, ResourceHandlers>,
  endpoints: OperationEndpoints,
): Route[] {
  const methods = new Map<string, Route['methods']>();
  const add = (path: string, method: Method, endpoint: Endpoint) =>
    methods.set(path, { ...methods.get(path), [method]: endpoint });
  for (const [name, { collection, record }] of Object.entries(handlers)) {
    const { path } = resources[resourceNamed(name)];
    for (const method of ['GET', 'POST'] as const)
      add(path, method, { access: 'signed-in', handle: collection[method] });
    for (const method of ['GET', 'PUT', 'PATCH', 'DELETE'] as const)
      add(`${path}{id}/`, method, { access: 'signed-in', handle: record[method] });
  }
  for (const { id, method, path } of operations satisfies readonly Operation[])
    add(path, method, endpoints[id]);
  return [...methods].map(([path, found]) => ({ segments: segmentsOf(path), methods: found }));
}

function resourceNamed(name: string): ResourceName {
  const found = Object.keys(resources).find((known): known is ResourceName => known === name);
  if (!found) throw new Error(`no contract for the resource ${name}`);
  return found;
}

const segmentsOf = (path: string) => path.split('/').slice(1, -1);

/** The route of a path, with the id that it names. */
export function matchRoute(
  routes: readonly Route[],
  path: string,
): { route: Route; id: number | undefined } | undefined {
  const given = segmentsOf(path);
  for (const route of routes) {
    if (route.segments.length !== given.length) continue;
    const fits = route.segments.every((segment, index) =>
      segment === '{id}' ? idFrom(given[index] ?? '') !== undefined : segment === given[index],
    );
    if (!fits) continue;
    const at = route.segments.indexOf('{id}');
    return { route, id: at < 0 ? undefined : idFrom(given[at] ?? '') };
  }
  return undefined;
}

/** The Allow header of a route. */
export function allowedMethods({ methods }: Route): string {
  return [...Object.keys(methods), ...(methods.GET ? ['HEAD'] : []), 'OPTIONS'].join(', ');
}
