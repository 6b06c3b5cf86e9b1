import type { Summary } from '../../figures/figure.ts';

/** A run of the award bench that took a minute, unless told otherwise. */
export const run = (overrides: Partial<Summary>): Summary => ({
  summary: true,
  bench: 'award',
  size: 20,
  started: '2026-11-24T08:00:00.000Z',
  seconds: 60,
  load: { before: 0.5, after: 1.5 },
  machine: { cpu: 'AMD EPYC', cores: 2, memoryGb: 24, node: 'v24.21.0' },
  figures: [{ key: 'award.limit.p50', value: 900, floor: 450 }],
  ...overrides,
});
