import {
  POLICY_PART_CHARS,
  type Policy,
  type PolicyDelta,
  type PolicyPart,
} from '@keystone/shared/contracts/policy.ts';
import { canonicalJson, changedAccounts } from '@keystone/shared/domain/policy-content.ts';
import type { PolicyHead } from '@keystone/shared/store/agents/policy-heads.ts';
import { gzipSync } from 'node:zlib';
import type { BuiltPolicy } from './build-policy.ts';
import { heldBy, holds } from './held-policy.ts';
import { publishToAgent, type Broker } from './publish-to-agent.ts';

/**
 * The messages that bring an agent from what it holds to the head: none where it holds that, the difference where it
 * holds the head before and not every account changed, else the whole.
 */
export function policyParts({
  head,
  previous,
  state,
}: Pick<BuiltPolicy, 'head' | 'previous' | 'state'>): PolicyPart[] {
  const held = state ? heldBy(state) : null;
  if (holds(held, head)) return [];
  if (previous && holds(held, previous)) {
    const delta = deltaOf(previous.policy, head.policy);
    // One that names every account is no shorter than the whole.
    if (delta.accounts.length < head.policy.accounts.length) return partsOf('delta', head, pack(delta));
  }
  return partsOf('full', head, pack(head.policy));
}

function deltaOf(before: Policy, after: Policy): PolicyDelta {
  return {
    v: 1,
    cluster: after.cluster,
    zone: after.zone,
    from: before.version,
    to: after.version,
    accounts: changedAccounts(before.accounts, after.accounts),
  };
}

/** Equal content has equal bytes: an agent may put parts of two sendings of one version together. */
const pack = (content: Policy | PolicyDelta) => gzipSync(canonicalJson(content)).toString('base64');

function partsOf(kind: PolicyPart['kind'], { version, hash }: PolicyHead, data: string): PolicyPart[] {
  const parts = Math.ceil(data.length / POLICY_PART_CHARS);
  return Array.from({ length: parts }, (_, index) => ({
    v: 1,
    kind,
    version,
    hash,
    part: index + 1,
    parts,
    data: data.slice(index * POLICY_PART_CHARS, (index + 1) * POLICY_PART_CHARS),
  }));
}

/** Sends an agent what it lacks. @returns how many messages that took */
export async function publishPolicy(broker: Broker, built: BuiltPolicy): Promise<number> {
  if (!built.agent) return 0;
  const parts = policyParts(built);
  for (const part of parts) await publishToAgent(broker, built.agent.thing, 'policy', part);
  return parts.length;
}
