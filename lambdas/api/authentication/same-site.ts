import type { Call } from '../http/call.ts';
import { Refusal } from '../http/refusals.ts';

/**
 * Refuses what a page of another site sent. Programs send neither header; browsers always say where a call with
 * effects comes from.
 *
 * @throws Refusal foreign-origin
 */
export function refuseForeignSite(call: Call): void {
  const origin = call.headers['origin'];
  const site = call.headers['sec-fetch-site'];
  const foreignOrigin = origin !== undefined && origin.toLowerCase() !== call.origin.toLowerCase();
  const foreignSite = site !== undefined && site !== 'same-origin' && site !== 'none';
  if (foreignOrigin || foreignSite)
    throw new Refusal('foreign-origin', `Only pages of ${call.origin} may call this address.`);
}
