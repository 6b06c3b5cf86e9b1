import { describe, expect, it } from '@jest/globals';
import { renderReport } from './render-report.ts';
import { run } from './testing/runs.ts';

const award = (value: number, floor: number, started: string) =>
  run({ started, figures: [{ key: 'award.limit.p50', value, floor }] });

describe('the report', () => {
  it('shows every run of a figure beside its floor, in order of time', () => {
    const report = renderReport([
      award(1_234.5, 500, '2026-11-24T09:00:00.000Z'),
      award(900, 450, '2026-11-24T08:00:00.000Z'),
    ]);
    expect(report).toContain(
      '| award approved → limit in Slurm, p50 | 900 ms · 1,230 ms | 450 ms · 500 ms (one sacctmgr modify) | 2 · 2.47 | ≤ 2,000 ms: reached |',
    );
    expect(report).toContain(
      '- 2026-11-24 08:00 UTC, size 20, 60 s; load 0.5 before, 1.5 after; 2 cores of AMD EPYC',
    );
    expect(report).not.toContain('Missed');
  });

  it('says of a figure that misses its aim why, or that nobody knows yet', () => {
    const report = renderReport([
      award(900, 450, '2026-11-24T08:00:00.000Z'),
      award(2_500, 450, '2026-11-24T09:00:00.000Z'),
    ]);
    expect(report).toContain('≤ 2,000 ms: **missed**');
    expect(report).toContain('- award approved → limit in Slurm, p50: not explained yet.');
  });

  it('names what a figure is of, and has no floor where there is none', () => {
    const figures = [{ key: 'cold.size', of: 'ledger', value: 537 }];
    const report = renderReport([run({ bench: 'cold', figures })]);
    expect(report).toContain('| bundle: ledger | 537 kB |  |  | ≤ 700 kB: reached |');
    expect(report).toContain('## cold');
  });

  it('refuses a figure of another version', () => {
    const figures = [{ key: 'award.unknown', value: 1 }];
    expect(() => renderReport([run({ figures })])).toThrow('award.unknown; run it anew');
  });
});
