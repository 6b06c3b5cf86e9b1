import * as z from 'zod';
import type { Deployment } from '../../template/deployment.ts';
import type { MatchedRoute } from './payload.ts';

export interface Route {
  key: string;
  method: string;
  segments: readonly string[];
  functionArn: string;
}

const routeSchema = z.object({ RouteKey: z.string(), Target: z.string().regex(/^integrations\//) });
const integrationSchema = z.object({ IntegrationUri: z.string(), PayloadFormatVersion: z.literal('2.0') });

/** The HTTP API's routes with the function behind each. */
export function readRoutes(deployment: Deployment): Route[] {
  const integrations = deployment.ofType('AWS::ApiGatewayV2::Integration', integrationSchema);
  return deployment.ofType('AWS::ApiGatewayV2::Route', routeSchema).map(({ logicalId, parsed }) => {
    const integration = integrations.find(({ ref }) => `integrations/${ref}` === parsed.Target);
    if (!integration) throw new Error(`route ${logicalId} has no integration in the template`);
    const [method = '', path = ''] = parsed.RouteKey.split(' ');
    const arn = /(arn:aws:lambda:[^/]*)(\/invocations)?$/.exec(integration.parsed.IntegrationUri)?.[1];
    return {
      key: parsed.RouteKey,
      method,
      segments: path.split('/').slice(1),
      functionArn: arn ?? integration.parsed.IntegrationUri,
    };
  });
}

const GREEDY = /^\{(.+)\+\}$/;
const VARIABLE = /^\{(.+)\}$/;

function matchPath(
  segments: readonly string[],
  parts: readonly string[],
): Record<string, string> | undefined {
  const found: Record<string, string> = {};
  for (const [index, segment] of segments.entries()) {
    const greedy = GREEDY.exec(segment)?.[1];
    if (greedy !== undefined)
      return index < parts.length ? { ...found, [greedy]: parts.slice(index).join('/') } : undefined;
    const part = parts[index];
    if (part === undefined) return undefined;
    const variable = VARIABLE.exec(segment)?.[1];
    if (variable !== undefined) found[variable] = part;
    else if (segment !== part) return undefined;
  }
  return segments.length === parts.length ? found : undefined;
}

/** API Gateway takes a full match before a greedy one, the longer greedy path first, and a named method before ANY. */
function rank(route: Route): number {
  const greedy = route.segments.some((segment) => GREEDY.test(segment));
  return (greedy ? 0 : 1_000_000) + route.segments.length * 10 + (route.method === 'ANY' ? 0 : 1);
}

/** The route that answers, or undefined (API Gateway: 404). */
export function matchRoute(
  routes: readonly Route[],
  method: string,
  path: string,
): { route: Route; match: MatchedRoute } | undefined {
  const parts = path.split('/').slice(1);
  const candidates = routes.flatMap((route) => {
    const pathParameters =
      route.method === 'ANY' || route.method === method ? matchPath(route.segments, parts) : undefined;
    return pathParameters ? [{ route, match: { routeKey: route.key, pathParameters } }] : [];
  });
  return candidates.sort((a, b) => rank(b.route) - rank(a.route))[0];
}
