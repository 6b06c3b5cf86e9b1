import { describe, expect, it } from '@jest/globals';
import { readArguments } from './read-arguments.ts';
import { runSoak } from './run-soak.ts';

/** Half a minute of what `npm run soak` does for an hour; it calls startSlurm. */
describe('the product on a real Slurm, under load and faults', () => {
  it('charges each run exactly once, and the ledger is equal to sacct', async () => {
    const seed = (Date.now() % 1_000_000_000) + 1;
    const lines: object[] = [];
    const summary = await runSoak(
      {
        minutes: 0.5,
        seed,
        gapSeconds: [5, 12],
        faults: ['agent-killed', 'controller-killed', 'row-changed'],
      },
      (line) => lines.push(line),
    );
    const { ok, violations, reconcile, verify } = summary;
    expect({ seed, ok, violations, reconcile, verify }).toEqual({
      ...{ seed, ok: true, violations: [] },
      reconcile: expect.objectContaining({ code: 0, differences: 0, rows: expect.any(Number) }),
      verify: expect.objectContaining({ code: 0, differences: 0 }),
    });
    expect(summary.runs).toBeGreaterThan(0);
    expect(Object.keys(summary.faults).length).toBeGreaterThan(0);
    expect(lines.length).toBeGreaterThan(1);
  }, 420_000);
});

describe('the command', () => {
  it.each([['0'], ['-1'], ['x'], ['1.5'], ['100000']])('refuses to run for %s minutes', (minutes) => {
    expect(() => readArguments([`--minutes=${minutes}`], 1)).toThrow('--minutes takes a whole number');
  });
  it('runs for an hour unless it is told otherwise', () => {
    expect(readArguments([], 7)).toEqual({ minutes: 60, seed: 7, json: undefined });
  });
});
