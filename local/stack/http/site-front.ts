import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { extname, join, normalize, sep } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { EdgeResult } from './edge-function.ts';

const types: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.txt': 'text/plain; charset=utf-8',
  '.woff2': 'font/woff2',
  '.webmanifest': 'application/manifest+json',
};
const compressible = /^(text\/|application\/(json|manifest)|image\/svg)/;

interface SiteFile {
  body: Buffer;
  zipped: Buffer | undefined;
  type: string;
  etag: string;
}

export interface SiteFrontOptions {
  /** Folder with the exported site. */
  folder: string;
  rewrite: (method: string, target: string) => EdgeResult;
}

/** Serves the exported site as CloudFront serves the bucket: edge function, compression, ETags. */
export function createSiteFront({ folder, rewrite }: SiteFrontOptions) {
  const cache = new Map<string, SiteFile | undefined>();
  const read = (path: string): SiteFile | undefined => {
    if (!cache.has(path)) cache.set(path, readSiteFile(folder, path));
    return cache.get(path);
  };
  return (request: IncomingMessage, response: ServerResponse): void => {
    const method = request.method ?? 'GET';
    if (method !== 'GET' && method !== 'HEAD')
      return void response.writeHead(405, { allow: 'GET, HEAD' }).end();
    const result = rewrite(method, request.url ?? '/');
    if ('statusCode' in result) {
      for (const [name, { value }] of Object.entries(result.headers)) response.setHeader(name, value);
      return void response.writeHead(result.statusCode).end();
    }
    const file = read(result.uri);
    if (file) return sendFile(request, response, { file, status: 200, uri: result.uri });
    const missing = read('/404.html') ?? read('/404/index.html');
    if (missing) return sendFile(request, response, { file: missing, status: 404, uri: '/404.html' });
    response.writeHead(404, { 'content-type': 'text/plain' }).end('Not found\n');
  };
}

function readSiteFile(folder: string, uri: string): SiteFile | undefined {
  const path = normalize(join(folder, decode(uri)));
  if (!path.startsWith(folder.endsWith(sep) ? folder : folder + sep)) return undefined;
  if (!statSync(path, { throwIfNoEntry: false })?.isFile()) return undefined;
  const body = readFileSync(path);
  const type = types[extname(path)] ?? 'application/octet-stream';
  const etag = `"${createHash('sha256').update(body).digest('hex').slice(0, 32)}"`;
  return {
    body,
    type,
    etag,
    zipped: compressible.test(type) && body.length > 1000 ? gzipSync(body) : undefined,
  };
}

function decode(uri: string): string {
  try {
    return decodeURIComponent(uri);
  } catch {
    return uri;
  }
}

function sendFile(
  request: IncomingMessage,
  response: ServerResponse,
  sent: { file: SiteFile; status: number; uri: string },
): void {
  const { file, status, uri } = sent;
  const fixed = uri.startsWith('/_next/static/');
  response.setHeader('content-type', file.type);
  response.setHeader('etag', file.etag);
  response.setHeader(
    'cache-control',
    fixed ? 'public, max-age=31536000, immutable' : 'public, max-age=0, must-revalidate',
  );
  response.setHeader('vary', 'accept-encoding');
  if (status === 200 && request.headers['if-none-match'] === file.etag)
    return void response.writeHead(304).end();
  const zip =
    file.zipped && /\bgzip\b/.test(String(request.headers['accept-encoding'] ?? ''))
      ? file.zipped
      : undefined;
  if (zip) response.setHeader('content-encoding', 'gzip');
  const body = zip ?? file.body;
  response.setHeader('content-length', body.length);
  response.writeHead(status).end(request.method === 'HEAD' ? undefined : body);
}
