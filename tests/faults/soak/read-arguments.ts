import { parseArgs } from 'node:util';

export interface Asked {
  /** How long jobs are submitted and faults come. */
  readonly minutes: number;
  readonly seed: number;
  /** A file that gets the lines as well. */
  readonly json: string | undefined;
}

const options = {
  minutes: { type: 'string', default: '60' },
  seed: { type: 'string' },
  json: { type: 'string' },
} as const;

/**
 * What `npm run soak -- …` was asked for.
 *
 * @param fresh the seed where none is named
 * @throws Error that says what is wrong with the arguments
 */
export function readArguments(args: readonly string[], fresh: number): Asked {
  const { values } = parseArgs({ args: [...args], options });
  return {
    minutes: wholeNumber('--minutes', values.minutes, 7 * 24 * 60),
    seed: values.seed === undefined ? fresh : wholeNumber('--seed', values.seed, 0xffffffff),
    json: values.json,
  };
}

function wholeNumber(name: string, text: string, most: number): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > most)
    throw new Error(`${name} takes a whole number from 1 to ${most}, not ${text}`);
  return value;
}
