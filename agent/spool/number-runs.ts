/** Numbers that were given one after another. Between two runs of them none was. */
export interface NumberRun {
  first: number;
  last: number;
}

/** The runs with a number more: one above them all, or one of theirs. */
export function withNumber(runs: readonly NumberRun[], number: number): NumberRun[] {
  const latest = runs.at(-1);
  if (!latest || number > latest.last + 1) return [...runs, { first: number, last: number }];
  return [...runs.slice(0, -1), { first: latest.first, last: Math.max(latest.last, number) }];
}

/** What of the runs lies above a number. */
export const above = (number: number, runs: readonly NumberRun[]): NumberRun[] =>
  runs.flatMap(({ first, last }) => (last <= number ? [] : [{ first: Math.max(first, number + 1), last }]));

/** The numbers of the runs between two, both included, upwards. */
export function* numbersBetween(runs: readonly NumberRun[], from: number, to: number): Generator<number> {
  for (const { first, last } of runs)
    for (let number = Math.max(first, from); number <= Math.min(last, to); number += 1) yield number;
}

/** The numbers of the runs up to one, downwards. */
export function* numbersDownFrom(runs: readonly NumberRun[], from: number): Generator<number> {
  for (const { first, last } of runs.toReversed())
    for (let number = Math.min(last, from); number >= first; number -= 1) yield number;
}
