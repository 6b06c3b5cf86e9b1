import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { RoleAnswer, RoleCall } from '../iot-options.ts';
import { invalid, IotError } from '../iot-error.ts';
import type { Operation, OperationRequest } from './operation.ts';
import { signedCaller } from './signed-caller.ts';

export interface ControlServer {
  readonly port: number;
  close(): Promise<void>;
}

export interface ControlServerOptions {
  readonly host: string;
  readonly port: number;
  readonly operations: readonly Operation[];
  readonly authorise: (call: RoleCall) => RoleAnswer | Promise<RoleAnswer>;
  readonly log: (line: string) => void;
}

/** Above the largest payload, so that what is too large is refused by name. */
const maxBodyBytes = 1_024 * 1_024;
const requestTimeoutMs = 10_000;

/** Serves operations over REST-JSON, the protocol of both IoT clients of the SDK. */
export const startControlServer = async (options: ControlServerOptions): Promise<ControlServer> => {
  const routes = options.operations.map(routeOf);
  const server = createServer({ requestTimeout: requestTimeoutMs }, (request, response) => {
    answer(request, routes, options).then(
      (output) => respond(response, 200, output),
      (error: unknown) => respondError(response, error, options.log),
    );
  });
  server.listen(options.port, options.host);
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the IoT control plane has no port');
  return {
    port: address.port,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
};

interface Route {
  readonly operation: Operation;
  readonly pattern: RegExp;
}

const routeOf = (operation: Operation): Route => ({
  operation,
  pattern: new RegExp(`^${operation.path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`),
});

const answer = async (
  message: IncomingMessage,
  routes: readonly Route[],
  { authorise }: ControlServerOptions,
): Promise<unknown> => {
  const url = new URL(message.url ?? '/', 'http://localhost');
  const { operation, labels } = findRoute(routes, message.method ?? '', url.pathname);
  const accessKeyId = signedCaller(message.headers);
  const body = await readBody(message);
  const request: OperationRequest = {
    labels,
    query: url.searchParams,
    headers: message.headers,
    body,
    accessKeyId,
  };
  const plan = operation.plan(request);
  for (const action of [operation.name, ...(plan.alsoActions ?? [])]) {
    const call = { accessKeyId, service: 'iot', action: `iot:${action}`, resources: plan.resources } as const;
    const role = await authorise(call);
    if (!role.allowed) throw new IotError('AccessDeniedException', 403, role.message);
  }
  return await plan.perform();
};

const findRoute = (routes: readonly Route[], method: string, path: string) => {
  for (const { operation, pattern } of routes) {
    const match = operation.method === method ? pattern.exec(path) : null;
    if (match !== null) return { operation, labels: decodeLabels(match.groups ?? {}) };
  }
  throw new IotError('UnknownOperationException', 404, `The local IoT service has no ${method} ${path}`);
};

const decodeLabels = (groups: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(groups).map(([name, value]) => [name, decodeLabel(value)]));

const decodeLabel = (text: string): string => {
  try {
    return decodeURIComponent(text);
  } catch {
    return invalid(`${text} is not percent-encoded`);
  }
};

const readBody = async (message: IncomingMessage): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of message) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > maxBodyBytes)
      throw new IotError('RequestEntityTooLargeException', 413, 'The request is too large');
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
};

const respond = (response: ServerResponse, status: number, output: unknown, errorType?: string): void => {
  response.writeHead(status, {
    'content-type': 'application/json',
    ...(errorType === undefined ? {} : { 'x-amzn-errortype': errorType }),
  });
  response.end(JSON.stringify(output));
};

const respondError = (response: ServerResponse, error: unknown, log: (line: string) => void): void => {
  if (error instanceof IotError) {
    respond(response, error.status, { message: error.message }, error.name);
    return;
  }
  log(`control plane: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  respond(
    response,
    500,
    { message: 'The local IoT service failed; its log has the cause' },
    'InternalFailureException',
  );
};
