import { policyHash } from '@keystone/shared/contracts/policy-hash.ts';
import {
  policyDeltaSchema,
  policyPartSchema,
  policySchema,
  type Policy,
  type PolicyDelta,
} from '@keystone/shared/contracts/policy.ts';
import { replaceAccounts } from '@keystone/shared/domain/policy-content.ts';
import { PolicyParts, unpack, type CompletePolicy } from './policy-parts.ts';
import type { PolicyStore } from './policy-store.ts';
import { compareVersions, versionText, type HeldPolicy } from './policy-versions.ts';

/** What became of a message on the policy topic. */
export type IntakeResult =
  /** A part of several, or a version that is not newer: nothing to do. */
  | { kind: 'waiting' }
  | { kind: 'held'; policy: HeldPolicy }
  /** Not to be used; the cloud should send the whole policy. */
  | { kind: 'refused'; reason: string };

/** Takes messages of the policy topic up to a verified, newer policy on disk. */
export class PolicyIntake {
  readonly #store: PolicyStore;
  readonly #cluster: number;
  readonly #beforeEpoch: (next: Policy) => Promise<void>;
  readonly #parts = new PolicyParts();

  /** @param beforeEpoch what has to be done before a policy of another epoch than the last one's is held; it may come again */
  constructor(store: PolicyStore, cluster: number, beforeEpoch: (next: Policy) => Promise<void>) {
    this.#store = store;
    this.#cluster = cluster;
    this.#beforeEpoch = beforeEpoch;
  }

  async receive(payload: Uint8Array): Promise<IntakeResult> {
    const part = policyPartSchema.safeParse(parseJson(payload));
    if (!part.success)
      return { kind: 'refused', reason: 'a message on the policy topic is no part of a policy' };
    if (!this.#isNewer(part.data.version)) return { kind: 'waiting' };
    const complete = this.#parts.add(part.data);
    if (!complete) return { kind: 'waiting' };
    const next = this.#assemble(complete);
    if ('reason' in next) return { kind: 'refused', reason: next.reason };
    const before = this.#store.held?.policy.version.epoch;
    if (before !== undefined && before !== next.policy.version.epoch) await this.#beforeEpoch(next.policy);
    await this.#store.hold(next);
    this.#parts.dropUpTo(next.policy.version);
    return { kind: 'held', policy: next };
  }

  #isNewer(version: Policy['version']): boolean {
    const { held } = this.#store;
    return !held || compareVersions(version, held.policy.version) > 0;
  }

  #assemble(complete: CompletePolicy): HeldPolicy | { reason: string } {
    const name = `policy ${versionText(complete.version)}`;
    const policy = this.#contentOf(complete, name);
    if ('reason' in policy) return policy;
    if (compareVersions(policy.version, complete.version) !== 0)
      return { reason: `${name} holds version ${versionText(policy.version)}` };
    if (policy.cluster !== this.#cluster) return { reason: `${name} is for cluster ${policy.cluster}` };
    if (policyHash(policy) !== complete.hash)
      return { reason: `${name} does not have the hash it came with` };
    return { policy, hash: complete.hash };
  }

  #contentOf(complete: CompletePolicy, name: string): Policy | { reason: string } {
    let content: unknown;
    try {
      content = unpack(complete.data);
    } catch {
      return { reason: `${name} can't be unpacked` };
    }
    if (complete.kind === 'full') {
      const full = policySchema.safeParse(content);
      return full.success ? full.data : { reason: `${name} is no policy of this agent's format` };
    }
    const delta = policyDeltaSchema.safeParse(content);
    if (!delta.success) return { reason: `${name} is no delta of this agent's format` };
    return this.#applyDelta(delta.data, name);
  }

  /** A delta starts from the policy that came last or, where that one could not be applied, from the one before. */
  #applyDelta(delta: PolicyDelta, name: string): Policy | { reason: string } {
    const base = [this.#store.held, this.#store.applied].find(
      (known) => known && compareVersions(known.policy.version, delta.from) === 0,
    );
    if (!base) return { reason: `${name} starts from ${versionText(delta.from)}, which is not here` };
    return {
      v: 1,
      cluster: delta.cluster,
      zone: delta.zone,
      version: delta.to,
      accounts: replaceAccounts(base.policy.accounts, delta.accounts),
    };
  }
}

function parseJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(payload).toString('utf8'));
  } catch {
    return undefined;
  }
}
