import type { Balance } from '../../lib/api/records.ts';

/** An account that has used a quarter of its one award. */
export const sampleBalance: Balance = {
  cluster: 1,
  _cluster: { id: 1, name: 'alpha', enabled: true },
  account: 'chemistry',
  team: 1,
  _team: { id: 1, slug: 'chemistry', name: 'Chemistry', is_active: true },
  as_of: '2026-11-24',
  entitled: 360_000_000,
  used: 90_000_000,
  remaining: 270_000_000,
  awarded: 360_000_000,
  expire: '2027-06-01',
  locked: false,
  jobs: 1284,
  grants: [{ id: 1, awarded: 360_000_000, from: '2026-06-01', until: '2027-06-01', drawn: 90_000_000 }],
};
