import { expect, it } from '@jest/globals';
import { awardWarnings } from './award-warnings.ts';

const today = '2026-11-24';
const award = (awarded: number, active: string, expire: string | null) =>
  awardWarnings({ status: 'AP', awards: [{ allocation: 50, awarded }], active, expire }, today);

it('has nothing to say of an award that starts today and lasts', () => {
  expect(award(10, today, '2027-11-24')).toEqual([]);
  expect(award(10, today, null)).toEqual([]);
});

it.each([
  ['nothing is awarded', award(0, today, null), /No service units/],
  ['it would be over already', award(10, '2026-01-01', today), /over already/],
  ['it would end within the week', award(10, today, '2026-11-30'), /within a week/],
  ['it starts later', award(10, '2026-12-01', null), /starts on 1 Dec 2026/],
])('warns where %s', (_what, warnings, text) => {
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(text);
});
