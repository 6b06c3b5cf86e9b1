import type { Method } from '@keystone/shared/contracts/rest/operations.ts';
import { identifyCaller, refuseForgery, type Caller } from '../authentication/caller.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Call } from './call.ts';
import { notAllowed, notFound, Refusal } from './refusals.ts';
import type { Reply } from './reply.ts';
import { allowedMethods, matchRoute, type Endpoint, type Route } from './routes.ts';

/**
 * Answers a call, refusing in one order: who is not signed in (401), what the path never has (404, 405), what the
 * caller may not do (403); what the body says comes after, in the endpoint.
 */
export async function answerCall(
  deps: ApiDependencies,
  routes: readonly Route[],
  call: Call,
): Promise<Reply> {
  const found = matchRoute(routes, call.path);
  const open = found !== undefined && Object.values(found.route.methods).every(isOpen);
  const caller = open ? undefined : await identifyCaller(deps, call);
  if (caller) deps.log.note({ user: caller.user.id });
  if (!found) throw notFound();
  if (call.method === 'OPTIONS') return options(found.route, caller);
  const endpoint = endpointOf(found.route, call.method);
  const reply = await serve(deps, endpoint, call, caller, found.id);
  return call.method === 'HEAD' ? { ...reply, body: undefined } : reply;
}

const isOpen = ({ access }: Endpoint) => access === 'anyone' || access === 'elsewhere';

const methodsKnown: readonly Method[] = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];

function endpointOf(route: Route, asked: string): Endpoint {
  const method = methodsKnown.find((known) => known === (asked === 'HEAD' ? 'GET' : asked));
  const endpoint = method && route.methods[method];
  if (!endpoint)
    throw new Refusal('method-not-allowed', `This path has ${allowedMethods(route)}.`, {
      headers: { allow: allowedMethods(route) },
    });
  return endpoint;
}

/** For whoever may use the path at all. */
function options(route: Route, caller: Caller | undefined): Reply {
  const staffOnly = Object.values(route.methods).every(({ access }) => access === 'staff');
  if (staffOnly && !caller?.user.is_staff) throw notAllowed('Only staff uses this path.');
  return { status: 200, headers: { allow: allowedMethods(route) } };
}

async function serve(
  deps: ApiDependencies,
  endpoint: Endpoint,
  call: Call,
  caller: Caller | undefined,
  id: number | undefined,
): Promise<Reply> {
  if (endpoint.access === 'elsewhere') throw notFound('Another function answers this method.');
  if (endpoint.access === 'anyone') return endpoint.handle(deps, call);
  if (!caller) throw new Refusal('not-signed-in', 'Sign in first.');
  refuseForgery(call, caller);
  if (endpoint.access === 'staff' && !caller.user.is_staff) throw notAllowed('Only staff may do this.');
  return endpoint.handle({ deps, call, caller, id });
}
