import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '@keystone/local/stack/child-build.ts';
import { format, resolveConfig } from 'prettier';
import { readRuns, RunFileError } from './read-runs.ts';
import { renderReport } from './render-report.ts';

/**
 * Makes docs/performance.md from files of what runs printed.
 *
 * @returns its path
 * @throws RunFileError where a file holds no finished run; then nothing is written
 */
export async function writeReport(files: readonly string[]): Promise<string> {
  if (files.length === 0) throw new RunFileError('name the files that runs were printed into');
  const runs = files.flatMap((file) => readRuns(file, readFileSync(file, 'utf8')));
  const path = join(root, 'docs', 'performance.md');
  writeFileSync(path, await format(renderReport(runs), { ...(await resolveConfig(path)), filepath: path }));
  return path;
}
