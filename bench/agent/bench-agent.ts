import type { Bench } from '../figures/figure.ts';
import { measureAtRest } from './at-rest.ts';
import { measureBackfill } from './backfill.ts';
import { measureParsing, measurePlanning } from './parsing.ts';

/** The agent at rest, its parsers and its plan, and its first reading of a scheduler's past. */
export const benchAgent: Bench = async (run) => [
  ...measureParsing(run),
  ...measurePlanning(run),
  ...(await measureBackfill(run)),
  ...(await measureAtRest(run)),
];
