import { createHash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';

const digest = (text: string) => createHash('sha256').update(text).digest();

/**
 * Where a call came from. Behind the distribution API Gateway sees an edge; what the distribution says of the viewer is
 * believed only with the distribution's key beside it, since the HTTP API can be called directly as well.
 *
 * @param edgeKey EDGE_KEY, or empty where there is no distribution
 */
export function viewerAddress(
  headers: Readonly<Record<string, string | undefined>>,
  sourceIp: string,
  edgeKey: string,
): string {
  const shown = headers['x-keystone-edge'];
  const viewer = headers['x-keystone-viewer'] ?? '';
  if (edgeKey === '' || shown === undefined || isIP(viewer) === 0) return sourceIp;
  return timingSafeEqual(digest(shown), digest(edgeKey)) ? viewer : sourceIp;
}
