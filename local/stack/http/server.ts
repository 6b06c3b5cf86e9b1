import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import * as z from 'zod';
import type { Deployment } from '../../template/deployment.ts';
import type { FunctionPool } from '../functions/function-pool.ts';
import { createApiFront } from './api-front.ts';
import { createEdgeFunction } from './edge-function.ts';
import { readRoutes } from './routes.ts';
import { readSecurityHeaders } from './security-headers.ts';
import { createSiteFront } from './site-front.ts';

/** The address can't be listened on; the message is one line that says what to do. */
export class PortError extends Error {
  override name = 'PortError';
}

export interface ServerOptions {
  port: number;
  deployment: Deployment;
  /** Folder with the exported site, or undefined where only the API is wanted. */
  site: string | undefined;
  pools: ReadonlyMap<string, FunctionPool>;
  log: (line: string) => void;
}

const edgeSchema = z.object({ FunctionCode: z.string() });

/** The one address in front, as the distribution of the template: /api to the HTTP API, the rest to the site. Loopback only. */
export async function startServer({ port, deployment, site, pools, log }: ServerOptions): Promise<Server> {
  const api = createApiFront(readRoutes(deployment), (arn) => pools.get(arn));
  const headers = Object.entries(readSecurityHeaders(deployment));
  const [edge] = deployment.ofType('AWS::CloudFront::Function', edgeSchema);
  if (!edge) throw new Error('the template has no CloudFront function for the site');
  const pages =
    site === undefined
      ? undefined
      : createSiteFront({ folder: site, rewrite: createEdgeFunction(edge.parsed.FunctionCode) });
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.url?.startsWith('/api/')) return api(request, response);
    if (pages) return pages(request, response);
    response.writeHead(404).end();
  };
  const server = createServer((request, response) => {
    for (const [name, value] of headers) response.setHeader(name, value);
    answer(request, response).catch((error: unknown) => {
      // A caller that goes away in the middle must not take the stack with it.
      log(`${request.method} ${request.url}: ${String(error)}`);
      response.destroy();
    });
  });
  await listen(server, port);
  return server;
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = error.code === 'EADDRINUSE';
      reject(
        taken
          ? new PortError(`port ${port} is in use; choose another one: npm start -- --port ${port + 1}`)
          : error,
      );
    });
    server.listen(port, '127.0.0.1', resolve);
  });
}
