import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';

const settingsSchema = z.looseObject({ context: z.record(z.string(), z.unknown()) });

/**
 * The context of cdk.json: the stage, and the feature flags. The CLI passes it to the app; a synth in process must see
 * the same flags.
 */
export const contextOfCli = (): Record<string, unknown> => {
  const text = readFileSync(join(import.meta.dirname, '../cdk.json'), 'utf8');
  return settingsSchema.parse(JSON.parse(text)).context;
};
