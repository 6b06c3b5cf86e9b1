import { parseArgs } from 'node:util';
import { noPlant, type Plant } from './plants/plant.ts';
import { plants } from './plants/plants.ts';

export interface Asked {
  readonly kind: 'run';
  /** The first seed, and how many follow. */
  readonly seed: number;
  readonly seeds: number;
  readonly jobs: number;
  /** Hours for which the cloud goes away in each run. */
  readonly outageHours: number;
  readonly plant: Plant;
  /** Every planted bug, one after another, instead of one or none. */
  readonly allPlants: boolean;
  /** How often each is looked for, from seeds that lie far apart. */
  readonly tries: number;
  /** Whether the smallest run near one that failed is looked for, and its story told. */
  readonly shrinks: boolean;
}

const options = {
  seeds: { type: 'string', default: '1' },
  jobs: { type: 'string', default: '1000' },
  seed: { type: 'string' },
  outage: { type: 'string' },
  plant: { type: 'string' },
  tries: { type: 'string', default: '1' },
  shrink: { type: 'boolean', default: false },
} as const;

/**
 * What `npm run simulate -- …` was asked for.
 *
 * @param fresh the first seed where none is named
 * @throws Error that says what is wrong with the arguments
 */
export function readArguments(args: readonly string[], fresh: number): Asked | { kind: 'list' } {
  const { values } = parseArgs({ args: [...args], options });
  if (values.plant === 'list') return { kind: 'list' };
  const allPlants = values.plant === 'all';
  const plant =
    values.plant === undefined || allPlants ? noPlant : plants.find(({ name }) => name === values.plant);
  if (!plant)
    throw new Error(
      `no planted bug is named ${values.plant}; --plant list prints them, --plant all tries each`,
    );
  return {
    kind: 'run',
    seed: values.seed === undefined ? fresh : wholeNumber('--seed', values.seed),
    seeds: wholeNumber('--seeds', values.seeds),
    jobs: wholeNumber('--jobs', values.jobs),
    outageHours: values.outage === undefined ? 0 : wholeNumber('--outage', values.outage),
    plant,
    allPlants,
    tries: wholeNumber('--tries', values.tries),
    shrinks: values.shrink,
  };
}

function wholeNumber(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1 || value > 0xffffffff)
    throw new Error(`${name} takes a whole number from 1, not ${text}`);
  return value;
}
