import { createHmac } from 'node:crypto';

/** The access key id of a SigV4 `Authorization` header, or undefined where there is none. */
export function accessKeyIdOf(authorization: string | undefined): string | undefined {
  if (authorization === undefined) return undefined;
  return /^AWS4-HMAC-SHA256 +Credential=([^/,\s]+)\//.exec(authorization)?.[1];
}

/**
 * The secret that goes with an access key id of the local stack. It is derived, so that the runner, the services and
 * the tests agree on it without passing it round; it protects nothing, because whoever reaches loopback may read it.
 */
export function secretFor(accessKeyId: string): string {
  return createHmac('sha256', 'keystone local stack').update(accessKeyId).digest('base64').slice(0, 40);
}
