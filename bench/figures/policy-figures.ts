import type { Definition } from './definition.ts';

const READS = 'the same reads of the store';

export const policyFigures: Record<string, Definition> = {
  'policy.builder.p50': {
    what: 'award changed → policy published, p50',
    unit: 'ms',
    floor: READS,
  },
  'policy.builder.p99': {
    what: 'award changed → policy published, p99',
    unit: 'ms',
    floor: READS,
    aim: { atMost: 2_000 },
  },
  'policy.builder.processor': { what: 'of that, the builder’s own processor time, p50', unit: 'ms' },
  'policy.reads': { what: 'read units of a build', unit: '' },
  'policy.calls': { what: 'calls to the store of a build', unit: '' },
  'policy.delta': { what: 'message of one changed award', unit: 'kB' },
  'policy.whole': { what: 'messages of the whole policy', unit: 'kB' },
  'policy.agent': {
    what: 'message at the agent → plan, p99',
    unit: 'ms',
    floor: 'its policy parsed',
    aim: { atMost: 1_000 },
  },
  'policy.agent.intake': { what: 'of that, until the policy is on disk, p99', unit: 'ms' },
  'policy.agent.plan': { what: 'of that, until the plan is made, p99', unit: 'ms' },
  'policy.agent.written': {
    what: 'writes to the scheduler for one changed award, at most',
    unit: '',
    floor: 'accounts that changed',
    ratio: { atMost: 1 },
  },
};
