import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { labOptions, OPTIONS_FILE } from './lab-options.ts';
import { slurmDown } from './start-slurm.ts';

/**
 * Waits for the end of the process that started a temporary lab, which closes our standard input, and removes what is
 * left of the lab. Usually there is nothing left.
 */
const [dir] = process.argv.slice(2);
process.stdin.resume();
await once(process.stdin, 'close');
if (dir !== undefined && existsSync(join(dir, OPTIONS_FILE))) {
  await slurmDown(labOptions({ dir }));
  await rm(dir, { recursive: true, force: true });
}
