import type { PublishCommandInput } from '@aws-sdk/client-iot-data-plane';
import { policyHash } from '@keystone/shared/contracts/policy-hash.ts';
import {
  policyDeltaSchema,
  policyPartSchema,
  policySchema,
  type Policy,
  type PolicyPart,
} from '@keystone/shared/contracts/policy.ts';
import { replaceAccounts } from '@keystone/shared/domain/policy-content.ts';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';

/** Parts as they were published, in order. */
export function publishedParts(
  published: readonly PublishCommandInput[],
): (PolicyPart & { topic: string | undefined })[] {
  return published.map(({ topic, payload }) => {
    const text = new TextDecoder().decode(z.instanceof(Uint8Array).parse(payload));
    return { ...policyPartSchema.parse(JSON.parse(text)), topic };
  });
}

/** The policy that parts bring an agent to, checked as an agent checks it. */
export function policyFrom(parts: readonly PolicyPart[], holds?: Policy): Policy {
  const [first] = parts;
  if (!first || parts.length !== first.parts) throw new Error(`${parts.length} parts`);
  const json: unknown = JSON.parse(
    gunzipSync(Buffer.from(parts.map(({ data }) => data).join(''), 'base64')).toString('utf8'),
  );
  const policy = first.kind === 'full' ? policySchema.parse(json) : applied(json, holds);
  if (policyHash(policy) !== first.hash) throw new Error('the hash of the parts is another');
  return policy;
}

function applied(json: unknown, holds: Policy | undefined): Policy {
  const { cluster, zone, from, to, accounts } = policyDeltaSchema.parse(json);
  if (!holds || JSON.stringify(holds.version) !== JSON.stringify(from))
    throw new Error('a delta from another version');
  return { v: 1, cluster, zone, version: to, accounts: replaceAccounts(holds.accounts, accounts) };
}
