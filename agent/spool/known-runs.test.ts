import { describe, expect, it } from '@jest/globals';
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { KnownRuns, keyOf, type KnownRun } from './known-runs.ts';

const digestOf = (text: string) => createHash('sha256').update(text).digest().toString('base64url', 0, 12);
const run = (overrides: Partial<KnownRun> = {}): KnownRun => ({
  jobIdRaw: 7,
  submit: 1_790_000_000,
  digest: digestOf('a row'),
  billed: 3_600,
  end: 1_790_003_600,
  ...overrides,
});
const remembering = (...runs: KnownRun[]) => {
  const known = new KnownRuns();
  for (const each of runs) known.remember(each);
  return known;
};

describe('known runs', () => {
  it('give back what was remembered, to the digit', () => {
    const large = run({ jobIdRaw: 2 ** 40, submit: 2 ** 33, billed: -(2 ** 50), end: 0 });
    const known = remembering(run(), large);
    expect(known.find(large)).toEqual(large);
    expect(known.find({ jobIdRaw: 7, submit: 1 })).toBeUndefined();
    expect([...known.values()]).toEqual([run(), large]);
  });

  it('tell a row that changed from one that did not', () => {
    const known = remembering(run());
    expect(known.isChanged(run())).toBe(false);
    expect(known.isChanged(run({ digest: digestOf('another row') }))).toBe(true);
    expect(known.isChanged(run({ submit: 1, digest: digestOf('another run') }))).toBe(false);
  });

  it('know the latest end among the runs of a requeued job', () => {
    const known = remembering(
      run({ submit: 1, end: 50 }),
      run({ submit: 2, end: 90 }),
      run({ submit: 3, end: 70 }),
    );
    expect(known.lastEnd(7)).toBe(90);
    expect(known.lastEnd(8)).toBeUndefined();
  });

  it('refuse a digest that they could not give back', () => {
    expect(() => remembering(run({ digest: 'short' }))).toThrow('no digest');
    expect(() => remembering(run({ digest: '*'.repeat(16) }))).toThrow('no digest');
  });

  it('agree with a map of whole runs, over many blocks and however they are changed and forgotten', () => {
    const step = fc.oneof(
      { weight: 20, arbitrary: fc.record({ job: fc.nat(40), submit: fc.nat(3), end: fc.nat(1_000) }) },
      { weight: 1, arbitrary: fc.record({ forgetBefore: fc.nat(1_000) }) },
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
        const model = new Map<string, KnownRun>();
        const known = new KnownRuns();
        // Enough to fill the first block, on jobs that no step names.
        for (let job = 100; job < 9_000; job++) known.remember(run({ jobIdRaw: job, end: 2_000 }));
        for (const [at, made] of steps.entries()) {
          if ('forgetBefore' in made) {
            known.forgetEndedBefore(made.forgetBefore);
            for (const [key, { end }] of model) if (end < made.forgetBefore) model.delete(key);
            continue;
          }
          const { job: jobIdRaw, submit, end } = made;
          const each = run({ jobIdRaw, submit, end, billed: at, digest: digestOf(String(at)) });
          known.remember(each);
          model.set(keyOf(each), each);
        }
        const found = [...known.values()].filter(({ jobIdRaw }) => jobIdRaw < 100);
        expect(new Map(found.map((each) => [keyOf(each), each]))).toEqual(model);
        for (const each of model.values()) expect(known.find(each)).toEqual(each);
      }),
      { numRuns: 20 },
    );
  });
});
