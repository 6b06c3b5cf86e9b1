import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { CountedSlurm, firstPolicy } from './first-policy.ts';

describe('many members at once, on a real Slurm', () => {
  let lab: SlurmLab;
  let slurm: CountedSlurm;

  beforeAll(async () => {
    lab = await startSlurm({ cluster: 'many', nodes: 1 });
    slurm = new CountedSlurm(lab);
  }, 120_000);
  afterAll(() => lab?.close(), 60_000);

  it('come, are blocked and go in a call for each account and hundred', async () => {
    const desired = firstPolicy(4, 120);
    // An account each for the four, two calls for the members of each, and each limit is another one.
    expect(await slurm.makeSo(desired)).toMatchObject({ changes: 488, calls: 1 + 8 + 4, failed: [] });
    expect(await slurm.makeSo(desired)).toMatchObject({ changes: 0, calls: 0 });
    const without = desired.map((account) => ({ ...account, members: account.members.slice(0, 1) }));
    expect(await slurm.makeSo(without)).toMatchObject({ changes: 476, calls: 8, failed: [] });
    expect(await slurm.makeSo(without)).toMatchObject({ changes: 476, calls: 8, failed: [] });
    expect(await slurm.makeSo(without)).toMatchObject({ changes: 0, calls: 0 });
  }, 120_000);

  it('come beside names that are there already, and none that Slurm has not is changed', async () => {
    const place = { account: 'beside' } as const;
    await slurm.makeSo([{ ...place, locked: false, limitMinutes: 60, members: ['p1'] }]);
    const add = ['p0', 'p1', 'p2'].map((user) => ({ kind: 'add-member', ...place, user }) as const);
    expect((await slurm.scheduler.apply(add)).map(({ outcome }) => outcome)).toEqual(
      add.map(() => 'applied'),
    );
    const block = ['p0', 'p9', 'p2'].map((user) => ({ kind: 'block-member', ...place, user }) as const);
    expect(await slurm.scheduler.apply(block)).toMatchObject([
      { outcome: 'applied' },
      { outcome: 'failed', detail: 'Nothing modified' },
      { outcome: 'applied' },
    ]);
  }, 60_000);
});
