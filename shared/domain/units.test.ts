import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { MAX_SERVICE_UNITS, toBillingSeconds, toServiceUnits } from './units.ts';

describe('service units', () => {
  it('go to billing-seconds and back without loss, up to the largest award', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: MAX_SERVICE_UNITS }), (units) => {
        expect(Number.isSafeInteger(toBillingSeconds(units))).toBe(true);
        expect(toServiceUnits(toBillingSeconds(units))).toBe(units);
      }),
    );
  });

  it('round down, so that nobody is shown more than there is', () => {
    expect(toServiceUnits(3599)).toBe(0);
    expect(toServiceUnits(7200)).toBe(2);
    expect(toServiceUnits(-1)).toBe(-1);
  });
});
