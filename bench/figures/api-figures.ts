import type { Definition } from './definition.ts';

const FLOOR = 'an empty function and the bare store';
const SMALL = 'the same list where there are 100 requests';

export const apiFigures: Record<string, Definition> = {
  'api.p50': { what: 'p50', unit: 'ms', floor: FLOOR },
  'api.p99': { what: 'p99', unit: 'ms', floor: FLOOR },
  'api.rate': { what: 'rate', unit: '/s', floor: FLOOR },
  'api.reads': { what: 'read units', unit: '' },
  'api.writes': { what: 'write units', unit: '' },
  'api.calls': { what: 'calls to the store', unit: '' },
  'api.team-list.p50': { what: 'a team’s list, p50', unit: 'ms', floor: SMALL, ratio: { atMost: 1.5 } },
  'api.team-list.reads': { what: 'a team’s list, read units', unit: '', floor: SMALL, ratio: { atMost: 1 } },
};
