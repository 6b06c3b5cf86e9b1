/** Longest list that a row carries; what lies beyond is left out after a whole node. */
const MOST_RANGES = 60;

/** Node names as Slurm folds them: `aurora[01-03,07]`. */
export function hostList(prefix: string, count: number, nodes: readonly number[]): string {
  const digits = String(count).length;
  const name = (index: number) => String(index + 1).padStart(digits, '0');
  const ranges: { first: number; last: number }[] = [];
  for (const index of nodes.toSorted((a, b) => a - b)) {
    const range = ranges.at(-1);
    if (range && range.last === index - 1) range.last = index;
    else ranges.push({ first: index, last: index });
  }
  const parts = ranges
    .slice(0, MOST_RANGES)
    .map(({ first, last }) => (first === last ? name(first) : `${name(first)}-${name(last)}`));
  return nodes.length === 1 ? `${prefix}${parts.join('')}` : `${prefix}[${parts.join(',')}]`;
}
