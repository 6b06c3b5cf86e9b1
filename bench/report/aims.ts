import type { Bounds, Definition } from '../figures/definition.ts';
import type { Figure } from '../figures/figure.ts';

/** True where one of the runs misses the figure's aim, or the aim of its ratio to the floor. */
export function isMissed(
  { aim, ratio }: Pick<Definition, 'aim' | 'ratio'>,
  figures: readonly Figure[],
): boolean {
  return figures.some(
    ({ value, floor }) =>
      isOutside(value, aim) || (ratio !== undefined && (!floor || isOutside(value / floor, ratio))),
  );
}

const isOutside = (value: number, { atMost = Infinity, atLeast = -Infinity }: Bounds = {}) =>
  value > atMost || value < atLeast;

/** The aim in words, or undefined where a figure has none. */
export function nameOfAim({
  aim,
  ratio,
  unit,
}: Pick<Definition, 'aim' | 'ratio' | 'unit'>): string | undefined {
  const parts = [...named(aim, ` ${unit}`), ...named(ratio, ' × floor')];
  return parts.length > 0 ? parts.join(', ') : undefined;
}

const named = ({ atMost, atLeast }: Bounds = {}, unit: string) =>
  [
    atMost === undefined ? [] : [`≤ ${atMost.toLocaleString('en-US')}${unit}`],
    atLeast === undefined ? [] : [`≥ ${atLeast.toLocaleString('en-US')}${unit}`],
  ].flat();
