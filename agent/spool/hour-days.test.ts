import { describe, expect, it } from '@jest/globals';
import { dayOf } from '@keystone/shared/domain/calendar.ts';
import fc from 'fast-check';
import { HourDays } from './hour-days.ts';

describe('days by hour', () => {
  it('are the days of the calendar, also where midnight is not at a full hour', () => {
    const zone = fc.constantFrom('Europe/Berlin', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'America/Havana');
    // Few hours, so that most are asked for again, and all of their seconds.
    const moment = fc.tuple(fc.nat(400), fc.nat(3_599)).map(([hour, second]) => hour * 3_600 * 7 + second);
    fc.assert(
      fc.property(zone, fc.array(moment, { minLength: 1, maxLength: 50 }), (name, moments) => {
        const days = new HourDays(name);
        for (const at of [...moments, ...moments]) expect(days.of(at)).toBe(dayOf(at, name));
      }),
    );
  });
});
