import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { above, numbersBetween, numbersDownFrom, withNumber, type NumberRun } from './number-runs.ts';

const number = fc.integer({ min: 1, max: 60 });
const ascending = fc.uniqueArray(number).map((numbers) => numbers.toSorted((a, b) => a - b));
const runsOf = (numbers: readonly number[]): NumberRun[] =>
  numbers.reduce<NumberRun[]>((runs, next) => withNumber(runs, next), []);
const all = (runs: readonly NumberRun[]) => [...numbersBetween(runs, 1, 60)];

describe('runs of numbers', () => {
  it('hold each number once, in as few runs as there are', () => {
    fc.assert(
      fc.property(ascending, (numbers) => {
        const runs = runsOf(numbers);
        expect(all(runs)).toEqual(numbers);
        const gaps = runs.slice(1).map(({ first }, at) => first - (runs[at]?.last ?? 0) - 1);
        expect(gaps.filter((gap) => gap < 1)).toEqual([]);
      }),
    );
  });

  it('are as they were with a number that they have', () => {
    fc.assert(
      fc.property(ascending, number, (numbers, one) => {
        fc.pre(numbers.includes(one));
        expect(withNumber(runsOf(numbers), one)).toEqual(runsOf(numbers));
      }),
    );
  });

  it('are told above one, between two, and downwards', () => {
    fc.assert(
      fc.property(ascending, number, number, (numbers, one, other) => {
        const runs = runsOf(numbers);
        expect(all(above(one, runs))).toEqual(numbers.filter((each) => each > one));
        expect([...numbersBetween(runs, one, other)]).toEqual(
          numbers.filter((each) => each >= one && each <= other),
        );
        expect([...numbersDownFrom(runs, one)]).toEqual(numbers.filter((each) => each <= one).toReversed());
      }),
    );
  });
});
