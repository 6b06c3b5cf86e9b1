import type { Definition } from './definition.ts';

export const agentFigures: Record<string, Definition> = {
  'agent.memory': {
    what: 'memory at rest, 1,000 jobs running',
    unit: 'MB',
    floor: 'a Node process that asks for the queue',
    aim: { atMost: 120 },
  },
  'agent.processor': {
    what: 'processor at rest, 1,000 jobs running',
    unit: '% of a core',
    floor: 'a Node process that asks for the queue',
    aim: { atMost: 0.5 },
  },
  'agent.parse': {
    what: 'rows of sacct parsed in memory, one core',
    unit: 'rows/s',
    floor: 'the text split into fields',
    aim: { atLeast: 200_000 },
  },
  'agent.plan': {
    what: 'plan of 1,000 accounts with 30 members each, from what Slurm prints',
    unit: 'ms',
    floor: 'the text split into fields',
    aim: { atMost: 1_000 },
  },
  'agent.backfill-peak': {
    what: 'back-fill, peak memory',
    unit: 'MB',
    floor: 'the same answers, nothing kept',
    aim: { atMost: 200 },
  },
  'agent.backfill-rate': { what: 'back-fill', unit: 'rows/s', floor: 'the same answers, nothing kept' },
};
