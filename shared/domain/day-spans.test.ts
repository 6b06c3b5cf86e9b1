import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addDays } from './calendar.ts';
import { addDay, daysIn, type DaySpans } from './day-spans.ts';

const day = fc.integer({ min: 0, max: 40 }).map((count) => addDays('2026-02-20', count));

describe('day spans', () => {
  it('hold the days that were added, each once, in order, in as few spans as there are gaps', () => {
    fc.assert(
      fc.property(fc.array(day), (days) => {
        const spans: DaySpans = [];
        for (const each of days) addDay(spans, each);
        const sorted = [...new Set(days)].sort();
        expect([...daysIn(spans)]).toEqual(sorted);
        const gaps = sorted.filter(
          (each, place) => place > 0 && addDays(sorted[place - 1] ?? '', 1) !== each,
        );
        expect(spans).toHaveLength(sorted.length === 0 ? 0 : gaps.length + 1);
      }),
    );
  });

  it('are told from a day on', () => {
    const spans: DaySpans = [
      ['2026-01-01', '2026-01-03'],
      ['2026-02-01', '2026-02-02'],
    ];
    expect([...daysIn(spans, '2026-01-03')]).toEqual(['2026-01-03', '2026-02-01', '2026-02-02']);
  });
});
