import { agentFigures } from './agent-figures.ts';
import { apiFigures } from './api-figures.ts';
import type { Definition } from './definition.ts';
import { fleetFigures } from './fleet-figures.ts';
import { ledgerFigures } from './ledger-figures.ts';
import { policyFigures } from './policy-figures.ts';

const mainLine: Record<string, Definition> = {
  'award.limit.p50': {
    what: 'award approved → limit in Slurm, p50',
    unit: 'ms',
    floor: 'one sacctmgr modify',
    aim: { atMost: 2_000 },
  },
  'award.limit.p99': {
    what: 'award approved → limit in Slurm, p99',
    unit: 'ms',
    floor: 'one sacctmgr modify',
    aim: { atMost: 4_000 },
  },
  'award.answer.p50': { what: 'of that, until the API answered, p50', unit: 'ms' },
  'charge.balance.p50': { what: 'job end → balance visible, p50', unit: 'ms', floor: 'its row in sacct' },
  'charge.balance.p99': {
    what: 'job end → balance visible, p99',
    unit: 'ms',
    floor: 'its row in sacct',
    aim: { atMost: 15_000 },
  },
};

const cold: Record<string, Definition> = {
  'cold.import': { what: 'import', unit: 'ms', floor: 'an empty module', aim: { atMost: 250 } },
  'cold.size': { what: 'bundle', unit: 'kB', aim: { atMost: 700 } },
  'cold.size-of-api': { what: 'bundle', unit: 'kB', aim: { atMost: 1_200 } },
};

const EMPTY_PAGE = 'an empty page';

const web: Record<string, Definition> = {
  'web.scripts': { what: 'JavaScript, gzip', unit: 'kB', aim: { atMost: 160 } },
  'web.scripts-of-form': { what: 'JavaScript, gzip', unit: 'kB', aim: { atMost: 200 } },
  'web.styles': { what: 'CSS, gzip', unit: 'kB', aim: { atMost: 10 } },
  'web.fcp': { what: 'first contentful paint', unit: 'ms', floor: EMPTY_PAGE },
  'web.lcp': { what: 'largest contentful paint', unit: 'ms', floor: EMPTY_PAGE, aim: { atMost: 1_000 } },
  'web.content': { what: 'nothing loads any more', unit: 'ms' },
  'web.cls': { what: 'layout shift', unit: '', aim: { atMost: 0.05 } },
  'web.longest-task': { what: 'longest task', unit: 'ms', aim: { atMost: 200 } },
};

const synth: Record<string, Definition> = {
  'synth.whole': { what: 'synthesis', unit: 'ms', floor: 'the library and one empty stack' },
  'synth.bundles': { what: 'of that, bundling the functions', unit: 'ms' },
  'synth.start': { what: 'npm start, ready', unit: 's', aim: { atMost: 20 } },
};

/** Every figure of every bench. Aims are those of the project, not of one machine. */
export const definitions: Readonly<Record<string, Definition>> = {
  ...mainLine,
  ...ledgerFigures,
  ...apiFigures,
  ...agentFigures,
  ...policyFigures,
  ...fleetFigures,
  ...cold,
  ...web,
  ...synth,
};
