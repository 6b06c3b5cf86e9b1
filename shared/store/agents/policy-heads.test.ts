import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createHash, randomBytes } from 'node:crypto';
import type { Policy, PolicyVersion } from '../../contracts/policy.ts';
import { queryItems } from '../table/control-reader.ts';
import { ConflictError } from '../table/errors.ts';
import { confirmPolicyHead, readPolicyHead, readPolicyMark, writePolicyHead } from './policy-heads.ts';
import { startMemoryTables, type MemoryTables } from '../testing/memory-tables.ts';
import { testSources } from '../testing/test-sources.ts';

let tables: MemoryTables;
const { ulid } = testSources();
beforeAll(async () => {
  tables = await startMemoryTables();
});
afterAll(() => tables.close());

/** A policy that gzip can't make small: each member's name is noise. */
function policyOf(cluster: number, version: PolicyVersion, accounts: number, seed = ''): Policy {
  const noise = (text: string) => createHash('sha256').update(`${seed}${text}`).digest('hex').slice(0, 30);
  return {
    v: 1,
    cluster,
    zone: 'Europe/Berlin',
    version,
    accounts: Array.from({ length: accounts }, (_, at) => ({
      account: `a${String(at).padStart(5, '0')}`,
      locked: false,
      members: Array.from({ length: 30 }, (_unused, member) => `u${noise(`${at} ${member}`)}`),
      baseline: 0,
      credits: 0,
      grants: [],
      runsTotal: 0,
      through: { epoch: 0, segment: 0 },
    })),
  };
}
const itemsOf = async (cluster: number) => (await queryItems(tables.control, `CL#${cluster}#POLICY`)).length;
const write = (policy: Policy, built: PolicyVersion | undefined) =>
  writePolicyHead(tables.control, policy, built && { version: built }, ulid());

describe('the head of a cluster’s policy', () => {
  it('is read as it was written, its mark alone too', async () => {
    expect(await readPolicyHead(tables.control, 1)).toBeUndefined();
    expect(await readPolicyMark(tables.control, 1)).toBeUndefined();
    const policy = policyOf(1, { epoch: 1, n: 1 }, 3);
    const written = await write(policy, undefined);
    expect(await readPolicyHead(tables.control, 1)).toEqual({ ...written, policy });
    expect(await readPolicyMark(tables.control, 1)).toMatchObject({
      version: policy.version,
      hash: written.hash,
    });
  });

  it('lies in parts where one item can’t hold it, and shrinks again', async () => {
    const large = policyOf(2, { epoch: 1, n: 1 }, 1_000);
    await write(large, undefined);
    expect(await itemsOf(2)).toBeGreaterThan(2);
    expect((await readPolicyHead(tables.control, 2))?.policy).toEqual(large);
    const small = policyOf(2, { epoch: 1, n: 2 }, 1);
    await write(small, large.version);
    expect((await readPolicyHead(tables.control, 2))?.policy).toEqual(small);
  });

  it('is written by one of two that built on the same version', async () => {
    await write(policyOf(3, { epoch: 1, n: 1 }, 1), undefined);
    const next = ['a', 'b'].map((seed) => policyOf(3, { epoch: 1, n: 2 }, 1, seed));
    const outcomes = await Promise.allSettled(next.map((policy) => write(policy, { epoch: 1, n: 1 })));
    expect(outcomes.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    await expect(write(policyOf(3, { epoch: 1, n: 1 }, 1), undefined)).rejects.toThrow(ConflictError);
    await expect(write(policyOf(3, { epoch: 1, n: 2 }, 1), { epoch: 2, n: 1 })).rejects.toThrow(
      ConflictError,
    );
    expect((await readPolicyMark(tables.control, 3))?.version).toEqual({ epoch: 1, n: 2 });
  });

  it('is not written over by a build that began before another one ended, though that changed nothing', async () => {
    const slow = await write(policyOf(5, { epoch: 1, n: 1 }, 1), undefined);
    await confirmPolicyHead(tables.control, 5, slow);
    const late = policyOf(5, { epoch: 1, n: 2 }, 1, 'late');
    await expect(writePolicyHead(tables.control, late, slow, ulid())).rejects.toThrow(ConflictError);
    await expect(confirmPolicyHead(tables.control, 5, slow)).rejects.toThrow(ConflictError);
    const read = await readPolicyHead(tables.control, 5);
    await confirmPolicyHead(tables.control, 5, read ?? slow);
    await writePolicyHead(tables.control, late, await readPolicyHead(tables.control, 5), ulid());
    expect((await readPolicyMark(tables.control, 5))?.version).toEqual({ epoch: 1, n: 2 });
  });

  it('is read whole while others write it', async () => {
    const seed = () => randomBytes(8).toString('hex');
    await write(policyOf(4, { epoch: 1, n: 1 }, 800, seed()), undefined);
    let writing = true;
    const writer = (async () => {
      for (let n = 1; n < 6; n++)
        await write(policyOf(4, { epoch: 1, n: n + 1 }, n % 2 ? 100 : 800, seed()), { epoch: 1, n });
      writing = false;
    })();
    let last = 0;
    while (writing) {
      const head = await readPolicyHead(tables.control, 4);
      expect(head?.policy.version).toEqual(head?.version);
      expect(head?.version.n).toBeGreaterThanOrEqual(last);
      last = head?.version.n ?? 0;
    }
    await writer;
  });
});
