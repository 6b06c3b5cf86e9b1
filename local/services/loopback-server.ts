import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';

/** Longer than SDKs keep an idle connection, so that they never send on one that is just being closed. */
const keepAliveMs = 75_000;

/**
 * Listens where only this machine reaches it.
 *
 * @param port 0 takes a free one
 * @returns the address, for example `http://127.0.0.1:8000`
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<string> {
  server.keepAliveTimeout = keepAliveMs;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new Error('A local service got no port to listen on');
  return `http://127.0.0.1:${String(address.port)}`;
}

/** Stops a server, whatever connections it still has. */
export async function closeServer(server: Server): Promise<void> {
  const closed = once(server, 'close');
  server.close();
  server.closeAllConnections();
  await closed;
}

/**
 * Reads the body of a request.
 *
 * @returns undefined where it is larger than `mostBytes`
 */
export async function readBody(request: IncomingMessage, mostBytes: number): Promise<Buffer | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > mostBytes) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts);
}
