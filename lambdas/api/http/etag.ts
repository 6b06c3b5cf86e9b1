import type { Call } from './call.ts';
import { Refusal } from './refusals.ts';

export const etagOf = (version: number) => `"${version}"`;

/**
 * Refuses a change of a record that is not at the version that the caller saw.
 *
 * @throws Refusal other-version
 */
export function checkIfMatch(call: Call, version: number): void {
  const header = call.headers['if-match'];
  if (header === undefined) return;
  const wanted = header.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  if (wanted.includes('*') || wanted.includes(etagOf(version))) return;
  throw new Refusal(
    'other-version',
    `The record is at version ${etagOf(version)}, not at ${header}. Read it again and repeat the change.`,
  );
}
