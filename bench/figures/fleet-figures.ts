import type { Definition } from './definition.ts';

const ALONE = 'one agent alone';

export const fleetFigures: Record<string, Definition> = {
  'fleet.enrol': {
    what: 'cluster made → first policy applied, for each agent, four at a time',
    unit: 'ms',
    floor: ALONE,
  },
  'fleet.award.p50': {
    what: 'awards on all clusters in one moment → limit applied, p50',
    unit: 'ms',
    floor: ALONE,
  },
  'fleet.award.p99': {
    what: 'awards on all clusters in one moment → limit applied, p99',
    unit: 'ms',
    floor: ALONE,
  },
  'fleet.reported': { what: 'until the cloud knows it of all of them, the slowest round', unit: 'ms' },
  'fleet.award.processor': { what: 'the stack’s processor for an award', unit: 'ms', floor: ALONE },
  'fleet.usage': { what: 'last job’s row → all jobs in the balances', unit: 'ms', aim: { atMost: 15_000 } },
  'fleet.off': {
    what: 'balances beside the schedulers’ accounting',
    unit: 'billing-seconds off',
    floor: 'all that was used',
    aim: { atMost: 0 },
  },
  'fleet.rest': { what: 'the stack’s processor with all agents at rest', unit: '% of a core' },
  'fleet.agents-rest': { what: 'an agent’s processor at rest', unit: '% of a core' },
  'fleet.memory': { what: 'memory for an agent, where many share a process', unit: 'MB' },
  'storm.policy': {
    what: 'the stack is back → all agents connected again, hold a new award, and the cloud knows it',
    unit: 'ms',
    aim: { atMost: 300_000 },
  },
  'storm.usage': {
    what: 'the stack is back → what ran while it was away is in the balances',
    unit: 'ms',
    aim: { atMost: 300_000 },
  },
  'storm.off': {
    what: 'balances beside the schedulers’ accounting, after it was away',
    unit: 'billing-seconds off',
    aim: { atMost: 0 },
  },
};
