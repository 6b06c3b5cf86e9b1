import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { billableSeconds, billingTres, UnbillableRunError, type BilledRun } from './billing.ts';

const run = (change: Partial<BilledRun> = {}): BilledRun => ({
  submit: 1000,
  start: 1010,
  end: 1110,
  elapsed: 100,
  allocTres: 'billing=4,cpu=4,mem=400M,node=1',
  ...change,
});

describe('the charge of a run', () => {
  it('is elapsed time times the billing TRES', () => {
    expect(billableSeconds(run())).toBe(400);
  });

  it('is nothing for a job cancelled before it started', () => {
    expect(billableSeconds(run({ start: null, elapsed: 0, allocTres: '' }))).toBe(0);
  });

  it('leaves out the time that the job was suspended, as the scheduler does in its elapsed time', () => {
    expect(billableSeconds(run({ end: 1126, elapsed: 90 }))).toBe(360);
  });

  it('counts a resized job once: the row after the resize begins where the row before it ended', () => {
    // Measured: 11 s on 6 units, then 20 s on 3, in rows that both begin at the original start.
    const before = run({ submit: 1000, start: 1000, end: 1011, elapsed: 11, allocTres: 'billing=6' });
    const after = run({ submit: 1011, start: 1000, end: 1031, elapsed: 31, allocTres: 'billing=3' });
    expect(billableSeconds(before) + billableSeconds(after)).toBe(11 * 6 + 20 * 3);
  });

  it('leaves out what a resized job was suspended, before its resize and after', () => {
    // Measured: 8 s on 4 units and 7 s of suspension, then 8 s on 2 and 7 s of suspension.
    const before = run({ submit: 998, start: 1000, end: 1015, elapsed: 8, allocTres: 'billing=4' });
    const after = run({ submit: 1015, start: 1000, end: 1030, elapsed: 23, allocTres: 'billing=2' });
    expect([billableSeconds(before), billableSeconds(after)]).toEqual([8 * 4, 8 * 2]);
  });

  it('rounds a fractional billing once, to the nearest second', () => {
    expect(billableSeconds(run({ elapsed: 3, allocTres: 'billing=5.75,cpu=2' }))).toBe(17);
  });

  it('refuses to guess where time was taken and no billing was named', () => {
    expect(() => billableSeconds(run({ allocTres: 'cpu=4,mem=400M' }))).toThrow(UnbillableRunError);
    expect(() => billableSeconds(run({ allocTres: 'billing=many' }))).toThrow(UnbillableRunError);
  });

  it('believes no figure that sums could not hold', () => {
    expect(() => billableSeconds(run({ allocTres: 'billing=999999999999' }))).toThrow('plausible');
  });

  it('is a whole number, never negative, and grows with time and size', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(100_000), fc.nat(1000), (elapsed, billing, more) => {
        const charge = billableSeconds(
          run({ elapsed, end: 1010 + elapsed, allocTres: `billing=${billing}` }),
        );
        expect(Number.isSafeInteger(charge) && charge >= 0).toBe(true);
        expect(
          billableSeconds(
            run({ elapsed: elapsed + more, end: 1010 + elapsed + more, allocTres: `billing=${billing}` }),
          ),
        ).toBeGreaterThanOrEqual(charge);
      }),
    );
  });

  it('finds the billing wherever it stands in the list', () => {
    expect(billingTres('cpu=4,billing=12,node=1')).toBe(12);
    expect(billingTres('')).toBeUndefined();
  });
});
