import { setTimeout as pause } from 'node:timers/promises';
import * as z from 'zod';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';

const balancesSchema = z.object({ results: z.array(z.object({ jobs: z.int() })) });
/** Fewer than the demo's clusters have behind them. */
const YEAR_OF_JOBS = 30_000;
const STEP_MS = 5_000;
/** A year of two clusters: a minute on an idle machine, several on a busy one. */
const STEPS = 120;

/** Waits until the demo's agents have brought in what ran before, so that pages show a centre in use. */
export async function demoUsageIsIn(staff: ApiSession): Promise<void> {
  let before = 0;
  for (let step = 0; step < STEPS; step++) {
    const { results } = balancesSchema.parse(await staff.call('GET', '/usage/balances/'));
    const jobs = results.reduce((sum, balance) => sum + balance.jobs, 0);
    // A few more may come while one looks: that is the demo.
    if (jobs > YEAR_OF_JOBS && jobs - before < 100) return;
    before = jobs;
    await pause(STEP_MS);
  }
  throw new Error(`the demo's usage was not in after ${(STEPS * STEP_MS) / 1000} s`);
}
