import { existsSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Where a Slurm is kept that was given no folder, and whose usual one other users could not reach. */
const OPEN_FOLDER = '/var/tmp/keystone-slurm';
const THROUGH_FOR_OTHERS = 0o001;

/** The folder on the way to `dir`, or `dir` itself, that other users may not pass; undefined where the way is free. */
export function closedFolder(dir: string): string | undefined {
  const above = dirname(dir) === dir ? undefined : closedFolder(dirname(dir));
  if (above !== undefined) return above;
  return existsSync(dir) && (statSync(dir).mode & THROUGH_FOR_OTHERS) === 0 ? dir : undefined;
}

/**
 * The folder of a Slurm that was given none: below the checkout, unless that lies where the people who submit jobs can't
 * read slurm.conf, as in root's home.
 */
export function usualFolder(checkout = process.cwd()): string {
  const dir = resolve(checkout, '.keystone/slurm');
  return closedFolder(dir) === undefined ? dir : OPEN_FOLDER;
}

/** @throws Error where people who submit jobs could not read slurm.conf in it */
export function requireReachable(dir: string): void {
  const closed = closedFolder(dir);
  if (closed !== undefined)
    throw new Error(
      `Slurm's users can't reach ${dir}: ${closed} is closed to them. Choose another folder (--dir), or chmod o+x ${closed}`,
    );
}
