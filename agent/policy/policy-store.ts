import * as z from 'zod';
import { policyHash } from '@keystone/shared/contracts/policy-hash.ts';
import { policySchema } from '@keystone/shared/contracts/policy.ts';
import { sha256Schema } from '@keystone/shared/contracts/primitives.ts';
import type { Disk } from '../state/disk.ts';
import { compareVersions, type HeldPolicy } from './policy-versions.ts';

const HELD = 'policy/held.json';
const APPLIED = 'policy/applied.json';

const fileSchema = z.object({ v: z.literal(1), hash: sha256Schema, policy: policySchema });

/** The policies on disk: the newest that came, which is enforced also without a cloud, and the last that was verified. */
export class PolicyStore {
  readonly #disk: Disk;
  #held: HeldPolicy | undefined;
  #applied: HeldPolicy | undefined;

  private constructor(disk: Disk, held: HeldPolicy | undefined, applied: HeldPolicy | undefined) {
    this.#disk = disk;
    this.#applied = applied;
    this.#held = held ?? applied;
  }

  /** A file that is damaged is named in `damaged` and taken for missing: the cloud sends the policy again. */
  static async open(disk: Disk): Promise<{ store: PolicyStore; damaged: string[] }> {
    const damaged: string[] = [];
    const load = async (name: string): Promise<HeldPolicy | undefined> => {
      const bytes = await disk.read(name);
      const policy = bytes && parse(bytes);
      if (bytes && !policy) damaged.push(name);
      return policy;
    };
    const store = new PolicyStore(disk, await load(HELD), await load(APPLIED));
    return { store, damaged };
  }

  /** What the scheduler should be made to hold. */
  get held(): HeldPolicy | undefined {
    return this.#held;
  }

  /** What the scheduler was last seen to hold. */
  get applied(): HeldPolicy | undefined {
    return this.#applied;
  }

  /** @throws RangeError where the version is not newer than the one that is held */
  async hold(next: HeldPolicy): Promise<void> {
    if (this.#held && compareVersions(next.policy.version, this.#held.policy.version) <= 0)
      throw new RangeError('a policy is replaced by a newer version only');
    await this.#disk.replace(HELD, encode(next));
    this.#held = next;
  }

  /**
   * Notes that the scheduler holds a policy, as read back from it.
   *
   * @returns whether that is news
   */
  async markApplied(policy: HeldPolicy): Promise<boolean> {
    if (this.#applied?.hash === policy.hash && sameVersion(this.#applied, policy)) return false;
    await this.#disk.replace(APPLIED, encode(policy));
    this.#applied = policy;
    return true;
  }
}

function sameVersion(a: HeldPolicy, b: HeldPolicy): boolean {
  return compareVersions(a.policy.version, b.policy.version) === 0;
}

function encode({ policy, hash }: HeldPolicy): Uint8Array {
  return Buffer.from(JSON.stringify({ v: 1, hash, policy }));
}

function parse(bytes: Uint8Array): HeldPolicy | undefined {
  try {
    const { policy, hash } = fileSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
    return policyHash(policy) === hash ? { policy, hash } : undefined;
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    throw error;
  }
}
