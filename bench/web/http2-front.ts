import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request as httpRequest } from 'node:http';
import { constants, createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openAuthority } from '@keystone/local/services/iot/authority/certificate-authority.ts';
import type { BenchRun } from '../figures/figure.ts';

/** Headers that belong to one connection, which HTTP/2 does not have. */
const ofConnection = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'upgrade',
  'proxy-connection',
]);

/**
 * Serves what an address serves over HTTP/2, as CloudFront does for browsers: over HTTP/1.1 a page's dozen scripts
 * would come in three turns. The certificate is of an authority that nobody knows.
 *
 * @returns its address
 */
export async function startHttp2Front(run: BenchRun, behind: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-tls-'));
  run.undo(() => rmSync(folder, { recursive: true, force: true }));
  const server = createSecureServer(await (await openAuthority(folder)).issueServer());
  const agent = new Agent({ keepAlive: true });
  server.on('request', (request, response) => forward(behind, agent, request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  run.undo(() => {
    agent.destroy();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the HTTP/2 front has no port');
  return `https://127.0.0.1:${address.port}`;
}

function forward(
  behind: string,
  agent: Agent,
  incoming: Http2ServerRequest,
  outgoing: Http2ServerResponse,
): void {
  const headers = Object.entries(incoming.headers).filter(([name]) => !name.startsWith(':'));
  const sent = httpRequest(
    new URL(incoming.url, behind),
    {
      method: incoming.method,
      agent,
      headers: { ...Object.fromEntries(headers), host: new URL(behind).host },
    },
    (answer) => {
      const kept = Object.entries(answer.headers).filter(([name]) => !ofConnection.has(name));
      outgoing.writeHead(answer.statusCode ?? 502, Object.fromEntries(kept));
      answer.pipe(outgoing.stream);
    },
  );
  sent.on('error', () => outgoing.stream.close(constants.NGHTTP2_INTERNAL_ERROR));
  incoming.pipe(sent);
}
