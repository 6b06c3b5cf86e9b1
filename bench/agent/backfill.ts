import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RESCAN_SECONDS } from '@keystone/agent/usage/accounting.ts';
import { root } from '@keystone/local/stack/child-build.ts';
import * as z from 'zod';
import type { BenchRun, Figure } from '../figures/figure.ts';
import { pretendAccounting } from './pretended-slurm.ts';

const execute = promisify(execFile);
const outcomeSchema = z.object({
  rows: z.int(),
  seconds: z.number(),
  processorSeconds: z.number(),
  startMb: z.number(),
  peakMb: z.number(),
});
const LONGEST_MS = 15 * 60_000;

/** The first reading of a month of accounting; the floor reads the same answers and keeps nothing. */
export async function measureBackfill(run: BenchRun): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-spool-'));
  run.undo(() => rmSync(folder, { recursive: true, force: true }));
  const backfill = (...args: string[]) => inOwnProcess([folder, ...args]);
  const programs = pretendAccounting(run, run.size / (RESCAN_SECONDS / 86_400));
  const floor = await backfill(programs);
  run.print({ part: 'back-fill, nothing kept', ...floor });
  const whole = await backfill(programs, join(folder, 'state'));
  run.print({ part: 'back-fill', ...whole });
  // Rows lie evenly, and both ends of the month fall somewhere between two of them.
  if (Math.abs(whole.rows - run.size) > run.size / 1000 + 2)
    throw new Error(`the back-fill took ${whole.rows} rows of ${run.size}`);
  return [
    { key: 'agent.backfill-peak', value: whole.peakMb, floor: floor.peakMb },
    { key: 'agent.backfill-rate', value: whole.rows / whole.seconds, floor: floor.rows / floor.seconds },
  ];
}

async function inOwnProcess(args: readonly string[]): Promise<z.infer<typeof outcomeSchema>> {
  const { stdout } = await execute(
    process.execPath,
    ['--disable-warning=ExperimentalWarning', join(root, 'bench/agent/backfill.process.ts'), ...args],
    { timeout: LONGEST_MS },
  );
  return outcomeSchema.parse(JSON.parse(stdout));
}
