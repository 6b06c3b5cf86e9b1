import type { Definition } from './definition.ts';

const STORE_RATE = 'the store alone, same transactions';
const EARLY = 'after a tenth of the jobs';
const HALF = 'after half of the jobs';

export const ledgerFigures: Record<string, Definition> = {
  'ledger.rate': {
    what: 'MQTT message → balance',
    unit: 'jobs/s',
    floor: STORE_RATE,
    aim: { atLeast: 1_000 },
    ratio: { atLeast: 0.5 },
  },
  'ledger.worker-rate': { what: 'from the queue on', unit: 'jobs/s', floor: STORE_RATE },
  'ledger.alone': {
    what: 'one message on an idle stack, until it is acknowledged, p50',
    unit: 'ms',
    floor: 'its transaction',
  },
  'ledger.attempts': { what: 'transactions for a commit', unit: '' },
  'ledger.heap': {
    what: 'memory in use by a worker at the end, after a collection',
    unit: 'MB',
    floor: EARLY,
    ratio: { atMost: 1.1 },
  },
  'ledger.resident': {
    what: 'memory that its process holds',
    unit: 'MB',
    floor: EARLY,
    aim: { atMost: 400 },
  },
  'ledger.store-memory': {
    what: 'memory of the embedded store alone at the end; it grows with the index of its open files',
    unit: 'MB',
    floor: HALF,
  },
  'ledger.stack-memory': {
    what: 'memory of the whole stack at the end, without pages of its files',
    unit: 'MB',
    floor: HALF,
    ratio: { atMost: 1.1 },
  },
  'ledger.writes': { what: 'write units for a job', unit: '' },
  'ledger.reads': { what: 'read units for a job', unit: '' },
  'ledger.cost': { what: 'a million jobs on AWS', unit: '$', aim: { atMost: 2.5 } },
  'ledger.cost-of-mix': { what: 'a million jobs on AWS', unit: '$' },
  'ledger.cost-again': { what: 'a million jobs delivered a second time', unit: '$' },
};
