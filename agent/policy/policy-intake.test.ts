import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Policy, PolicyDelta, PolicyPart } from '@keystone/shared/contracts/policy.ts';
import fc from 'fast-check';
import { accountOf, partsOf, policyOf } from '../testing/builders.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { PolicyIntake, type IntakeResult } from './policy-intake.ts';
import { PolicyStore } from './policy-store.ts';
import { compareVersions } from './policy-versions.ts';

const first = policyOf(1, [accountOf('bio'), accountOf('chem')]);
const second = policyOf(2, [accountOf('bio'), accountOf('chem', { locked: true }), accountOf('phys')]);
const delta: PolicyDelta = {
  v: 1,
  cluster: 7,
  zone: first.zone,
  from: first.version,
  to: second.version,
  accounts: second.accounts.slice(1),
};

describe('the policy intake', () => {
  let disk: MemoryDisk;
  let store: PolicyStore;
  let intake: PolicyIntake;
  let beforeEpoch: () => Promise<void>;

  beforeEach(async () => {
    disk = new MemoryDisk();
    beforeEpoch = async () => undefined;
    ({ store } = await PolicyStore.open(disk));
    intake = new PolicyIntake(store, 7, () => beforeEpoch());
  });

  const send = async (parts: readonly PolicyPart[]): Promise<IntakeResult | undefined> => {
    let last: IntakeResult | undefined;
    for (const part of parts) last = await intake.receive(Buffer.from(JSON.stringify(part)));
    return last;
  };

  it('holds a policy once its last part came, and keeps it on disk', async () => {
    const parts = partsOf(first);
    expect(parts.length).toBeGreaterThan(1);
    expect(await send(parts.slice(1))).toEqual({ kind: 'waiting' });
    expect(await send(parts.slice(0, 1))).toMatchObject({ kind: 'held' });
    expect((await PolicyStore.open(disk)).store.held?.policy).toEqual(first);
  });

  it('holds a policy of another epoch only once what has to go before is done', async () => {
    const next = policyOf(1, first.accounts, { version: { epoch: 2, n: 1 } });
    let asked = 0;
    beforeEpoch = async () => {
      asked += 1;
      if (asked === 1) throw new Error('the disk is full');
    };
    await send(partsOf(first));
    expect(asked).toBe(0);
    await expect(send(partsOf(next))).rejects.toThrow('full');
    expect(store.held?.policy).toEqual(first);
    expect(await send(partsOf(next))).toMatchObject({ kind: 'held' });
    expect(asked).toBe(2);
  });

  it('applies a delta onto the policy that it starts from', async () => {
    await send(partsOf(first));
    expect(await send(partsOf(second, delta))).toMatchObject({ kind: 'held' });
    expect(store.held?.policy).toEqual(second);
  });

  it('holds which runs of its last day a withdrawn award carries, though no hash says so', async () => {
    const day = '2026-03-01';
    const withdrawn = { until: '2026-12-31', kept: 600, carried: 200 };
    const grants = [{ id: 1, awarded: 36_000, from: '2026-01-01', until: day, drawn: 900, withdrawn }];
    const ended = policyOf(1, [accountOf('chem', { grants })]);
    await send(partsOf(ended));
    expect((await PolicyStore.open(disk)).store.held?.policy).toEqual(ended);
  });

  it('applies a delta onto the one that was last applied, where a newer one could not be', async () => {
    await send(partsOf(first));
    if (store.held) await store.markApplied(store.held);
    const failed = policyOf(2, [accountOf('bio', { locked: true }), accountOf('chem')]);
    await send(partsOf(failed));
    const third: Policy = { ...second, version: { epoch: 1, n: 3 } };
    expect(await send(partsOf(third, { ...delta, to: third.version }))).toMatchObject({ kind: 'held' });
    expect(store.held?.policy).toEqual(third);
  });

  it('refuses a delta whose base is not here', async () => {
    expect(await send(partsOf(second, delta))).toMatchObject({
      kind: 'refused',
      reason: 'policy 1.2 starts from 1.1, which is not here',
    });
  });

  it('refuses a policy that is not what its hash says', async () => {
    const [part, ...rest] = partsOf(first, undefined, 100_000);
    expect(rest).toEqual([]);
    if (part) expect(await send([{ ...part, hash: 'a'.repeat(64) }])).toMatchObject({ kind: 'refused' });
    expect(store.held).toBeUndefined();
  });

  it.each([
    ['another cluster', partsOf({ ...first, cluster: 8 })],
    ['another version inside', partsOf(first).map((part) => ({ ...part, version: { epoch: 1, n: 9 } }))],
    ['no gzip', partsOf(first, undefined, 100_000).map((part) => ({ ...part, data: 'AAAA' }))],
  ])('refuses a policy of %s', async (_what, parts) => {
    expect(await send(parts)).toMatchObject({ kind: 'refused' });
    expect(store.held).toBeUndefined();
  });

  it('refuses what is no part of a policy', async () => {
    expect(await intake.receive(Buffer.from('{"v":2}'))).toMatchObject({ kind: 'refused' });
    expect(await intake.receive(Buffer.from('not JSON'))).toMatchObject({ kind: 'refused' });
  });

  it('asks again for a policy whose file was damaged, and does not use it', async () => {
    await send(partsOf(first));
    disk.flipByte('policy/held.json', 60);
    const { store: again, damaged } = await PolicyStore.open(disk);
    expect(damaged).toEqual(['policy/held.json']);
    expect(again.held).toBeUndefined();
  });

  it('ends at the newest version, and never goes back, whatever the order and however often parts come', async () => {
    const restored = policyOf(1, [accountOf('chem')], { version: { epoch: 2, n: 1 } });
    const versions = [first, second, restored];
    const all = versions.flatMap((policy) => partsOf(policy));
    const order = fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2 });
    await fc.assert(
      fc.asyncProperty(order, async (parts) => {
        disk = new MemoryDisk();
        ({ store } = await PolicyStore.open(disk));
        intake = new PolicyIntake(store, 7, () => beforeEpoch());
        let before = store.held;
        for (const part of parts) {
          await send([part]);
          if (before && store.held)
            expect(compareVersions(store.held.policy.version, before.policy.version)).toBeGreaterThanOrEqual(
              0,
            );
          before = store.held;
        }
        expect(store.held?.policy).toEqual(restored);
      }),
      { numRuns: 60 },
    );
  });
});
