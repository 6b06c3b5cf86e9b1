import { describe, expect, it } from '@jest/globals';
import type { Outlook } from './forecast.ts';
import { aBalance } from '../../testing/records.ts';
import { outlookText, standText } from './balance-text.ts';

const text = (outlook: Outlook, days = 30) => outlookText({ outlook, pace: { seconds: 45_000, days } });

describe('the outlook in words', () => {
  it.each<[Outlook, string]>([
    [
      { kind: 'runs-out', day: '2027-03-12' },
      'At the pace of the last 30 days, 13 SU a day, it lasts until 12 Mar 2027.',
    ],
    [
      { kind: 'lapses', day: '2027-03-12', left: 3_600_000 },
      'At the pace of the last 30 days, 13 SU a day, 1,000 SU lapse on 12 Mar 2027, when the last award ends.',
    ],
    [{ kind: 'lasts' }, 'At the pace of the last 30 days, 13 SU a day, it lasts for more than a year.'],
    [{ kind: 'idle' }, 'Nothing was used in the last 30 days.'],
    [{ kind: 'begins', day: '2027-01-01' }, 'The next award begins on 1 Jan 2027.'],
    [{ kind: 'no-award' }, 'No award is live.'],
  ])('says of %j', (outlook, said) => {
    expect(text(outlook)).toBe(said);
  });

  it('says how few days it goes by', () => {
    expect(text({ kind: 'lasts' }, 4)).toMatch(/^At the pace of the last 4 days, /);
    expect(text({ kind: 'idle' }, 1)).toBe('Nothing was used in the last day.');
  });
});

describe('how a balance stands, in words', () => {
  const grant = { id: 1, awarded: 3_600_000, from: '2026-11-01', until: '2026-12-01', drawn: 0 };
  const stands = (remaining: number, as_of = '2026-11-24') =>
    standText(aBalance({ as_of, remaining, grants: [grant] }));

  it('is what is left of the live awards, never more than that', () => {
    expect(stands(3_239_999)).toBe('899 of 1,000 SU remain.');
    expect(stands(0)).toBe('0 of 1,000 SU remain.');
  });

  it('is what was used beyond them, never less than that', () => {
    expect(stands(-5_001)).toBe('1.39 SU were used beyond what was awarded.');
  });

  it('is nothing where no award is live', () => {
    expect(stands(0, '2026-12-01')).toBe('');
  });
});
