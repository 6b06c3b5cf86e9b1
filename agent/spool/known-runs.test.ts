import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { encodeFrame } from './frames.ts';
import { KnownRuns, keyOf, type KnownRun, type SpooledRun } from './known-runs.ts';
import { RunFiles, type RunFile } from './run-files.ts';

const DAY = 86_400;
const NOW = 1_790_010_000;
const digestOf = (text: string) => createHash('sha256').update(text).digest().toString('base64url', 0, 12);
const run = (overrides: Partial<SpooledRun> = {}): SpooledRun => ({
  jobIdRaw: 7,
  submit: 1_790_000_000,
  digest: digestOf('a row'),
  billed: 3_600,
  end: 1_790_003_600,
  segment: 1,
  ...overrides,
});

const openOn = (disk: MemoryDisk, list: RunFile[] = []) => {
  const damages: string[] = [];
  const files = new RunFiles(disk, list, [], ({ file }) => damages.push(file));
  return { known: new KnownRuns(files, () => NOW), damages };
};
const written = async (known: KnownRuns) => {
  await known.write();
  known.settle();
};
const recalled = async (known: KnownRuns, key: Pick<KnownRun, 'jobIdRaw' | 'submit'>) => {
  await known.recall([key]);
  return known.find(key);
};

describe('known runs', () => {
  it('give back what was remembered, to the digit, from memory and from files', async () => {
    const { known } = openOn(new MemoryDisk());
    const large = run({
      jobIdRaw: 2 ** 40,
      submit: 2 ** 33,
      billed: -(2 ** 50),
      end: 0,
      segment: 2 ** 53 - 1,
    });
    for (const each of [run(), large]) known.remember(each);
    expect(known.find(large)).toEqual(large);
    await written(known);
    expect(await recalled(known, large)).toEqual(large);
    expect(await recalled(known, run())).toEqual(run());
    expect(await recalled(known, { jobIdRaw: 7, submit: 1 })).toBeUndefined();
  });

  it('are read as former versions wrote them, and as they are written now behind those', async () => {
    const disk = new MemoryDisk();
    const former = run({ submit: 5 * DAY, segment: 2 ** 32 - 1 });
    const record = Buffer.alloc(49);
    record[0] = 1;
    [former.jobIdRaw, former.submit, former.billed, former.end].forEach((figure, at) =>
      record.writeDoubleLE(figure, 1 + at * 8),
    );
    record.write(former.digest, 33, 12, 'base64url');
    record.writeUInt32LE(former.segment, 45);
    const frame = encodeFrame(record);
    await disk.replace('spool/runs-0000005.log', frame);
    const { known } = openOn(disk, [{ day: 5, bytes: frame.length, lastEnd: former.end }]);
    expect(await recalled(known, former)).toEqual(former);
    const now = run({ jobIdRaw: 8, submit: 5 * DAY, segment: 2 ** 46 });
    known.remember(now);
    await written(known);
    expect(await recalled(known, now)).toEqual(now);
    expect(await recalled(known, former)).toEqual(former);
  });

  it('hold few in memory: what ended lately is at hand, the rest is recalled', async () => {
    const { known } = openOn(new MemoryDisk());
    const old = run({ jobIdRaw: 8, submit: NOW - 9 * DAY, end: NOW - 8 * DAY });
    for (const each of [run(), old]) known.remember(each);
    await written(known);
    expect(known.pending).toBe(0);
    expect(known.find(run())).toEqual(run());
    expect(known.find(old)).toBeUndefined();
    expect(await recalled(known, old)).toEqual(old);
  });

  it('know the latest end among the runs of a requeued job', () => {
    const { known } = openOn(new MemoryDisk());
    for (const [submit, end] of [
      [1, 50],
      [2, 90],
      [3, 70],
    ] as const)
      known.remember(run({ submit, end }));
    expect(known.lastEnd(7)).toBe(90);
    expect(known.lastEnd(8)).toBeUndefined();
  });

  it('know after a start what ended lately, as it is told now', async () => {
    const disk = new MemoryDisk();
    const { known } = openOn(disk);
    known.remember(run());
    known.remember(run({ jobIdRaw: 8, end: NOW }));
    await written(known);
    known.remember(run({ end: NOW - DAY, digest: digestOf('another row') }));
    await written(known);
    const again = openOn(disk, known.files.list()).known;
    await again.readRecent();
    expect(again.lastEnd(8)).toBe(NOW);
    expect(again.find(run())?.digest).toBe(digestOf('another row'));
  });

  it('find their way among more than one piece of memory or of a file holds', async () => {
    const { known } = openOn(new MemoryDisk());
    const many = Array.from({ length: 40_000 }, (_, jobIdRaw) => run({ jobIdRaw, submit: 5, end: jobIdRaw }));
    for (const each of many) known.remember(each);
    await written(known);
    await known.recall(many);
    expect(many.filter((each) => known.find(each)?.end !== each.end)).toEqual([]);
  });

  it('refuse a digest that they could not give back', () => {
    const { known } = openOn(new MemoryDisk());
    expect(() => known.remember(run({ digest: 'short' }))).toThrow('no digest');
    expect(() => known.remember(run({ digest: '*'.repeat(16) }))).toThrow('no digest');
  });

  it('forget a file once all of its runs ended long ago', async () => {
    const disk = new MemoryDisk();
    const { known } = openOn(disk);
    known.remember(run({ submit: 5 * DAY, end: 9 * DAY }));
    known.remember(run({ submit: 6 * DAY, end: 7 * DAY }));
    await written(known);
    expect(known.files.forgetEndedBefore(8 * DAY)).toBe(true);
    expect(known.files.forgetEndedBefore(8 * DAY)).toBe(false);
    await known.files.sweep();
    expect(await disk.list('spool')).toEqual(['runs-0000005.log']);
  });

  it('know what lies before a damage, tell of it, and go on', async () => {
    const disk = new MemoryDisk();
    const { known } = openOn(disk);
    known.remember(run({ submit: 5 * DAY, end: 1 }));
    await written(known);
    const [{ bytes = 0 } = {}] = known.files.list();
    known.remember(run({ jobIdRaw: 8, submit: 5 * DAY, end: 1 }));
    await written(known);
    disk.flipByte('spool/runs-0000005.log', bytes + 20);
    const again = openOn(disk, known.files.list());
    expect(await recalled(again.known, { jobIdRaw: 8, submit: 5 * DAY })).toBeUndefined();
    expect(await recalled(again.known, { jobIdRaw: 7, submit: 5 * DAY })).toBeDefined();
    expect(again.damages).toEqual(['runs-0000005.log']);
    again.known.remember(run({ jobIdRaw: 9, submit: 5 * DAY, end: 1 }));
    await written(again.known);
    expect(await recalled(again.known, { jobIdRaw: 9, submit: 5 * DAY })).toBeDefined();
  });

  it('agree with a map of whole runs, however they are changed and written', async () => {
    const step = fc.oneof(
      {
        weight: 20,
        arbitrary: fc.record({ job: fc.nat(40), submit: fc.nat(3), end: fc.nat(6 * 3_600) }),
      },
      { weight: 2, arbitrary: fc.constant('write' as const) },
      { weight: 1, arbitrary: fc.constant('restart' as const) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 200 }), async (steps) => {
        const disk = new MemoryDisk();
        const model = new Map<string, KnownRun>();
        let { known } = openOn(disk);
        for (const [at, made] of steps.entries()) {
          if (made === 'write' || made === 'restart') await written(known);
          if (made === 'restart') {
            known = openOn(disk, known.files.list()).known;
            await known.readRecent();
          }
          if (typeof made === 'string') continue;
          const { job: jobIdRaw, submit, end } = made;
          const each = run({ jobIdRaw, submit: submit * DAY, end: NOW - end, billed: at, segment: at });
          known.remember(each);
          model.set(keyOf(each), each);
        }
        await known.recall([...model.values()]);
        for (const each of model.values()) expect(known.find(each)).toEqual(each);
      }),
      { numRuns: 50 },
    );
  });
});
