import { createServer, type IncomingMessage } from 'node:http';
import { closeServer, listenOnLoopback, readBody } from '@keystone/local/services/loopback-server.ts';
import type { BenchRun } from '../figures/figure.ts';

/** IoT Core takes no larger message. */
const MOST_BYTES = 131_072;

/**
 * Stands where functions publish, and passes their messages to nobody.
 *
 * @param hear gets each message's body
 * @returns its address
 */
export async function startBareBroker(run: BenchRun, hear?: (payload: Buffer) => void): Promise<string> {
  const take = async (request: IncomingMessage) => {
    const payload = await readBody(request, MOST_BYTES);
    if (payload === undefined) return 413;
    hear?.(payload);
    return 200;
  };
  const server = createServer((request, response) => {
    take(request).then(
      (status) => response.writeHead(status).end(),
      () => response.destroy(),
    );
  });
  run.undo(() => closeServer(server));
  return listenOnLoopback(server, 0);
}
