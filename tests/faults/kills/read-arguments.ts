import { parseArgs } from 'node:util';

export interface Asked {
  /** How many agents are killed. */
  readonly count: number;
  readonly seed: number;
  /** Worlds side by side. */
  readonly parallel: number;
}

const options = {
  count: { type: 'string', default: '500' },
  seed: { type: 'string' },
  parallel: { type: 'string', default: '2' },
} as const;

/**
 * What `npm run kills -- …` was asked for.
 *
 * @param fresh the seed where none is named
 * @throws Error that says what is wrong with the arguments
 */
export function readArguments(args: readonly string[], fresh: number): Asked {
  const { values } = parseArgs({ args: [...args], options });
  return {
    count: wholeNumber('--count', values.count, 1_000_000),
    seed: values.seed === undefined ? fresh : wholeNumber('--seed', values.seed, 0xffffffff),
    parallel: wholeNumber('--parallel', values.parallel, 64),
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > most)
    throw new Error(`${name} takes a whole number from 1 to ${most}, not ${text}`);
  return value;
}
