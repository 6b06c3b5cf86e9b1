import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { FinishedRuns } from '../scheduler.ts';
import { CommandOutputTooLarge, type CommandRunner } from './command-runner.ts';
import { parseAccounting } from './parse-accounting.ts';
import { read } from './slurm-answers.ts';
import { finishedRunsOf } from './read-arguments.ts';

/** sacct and slurmdbd hold a whole answer in memory before the first line is printed. */
const SLICE_SECONDS = 86_400;

/** Runs that ended in [from, to], a day at a time, in less where a day is more than is read at once. */
export async function* readFinishedRuns(
  runner: CommandRunner,
  cluster: string,
  from: number,
  to: number,
): AsyncGenerator<FinishedRuns> {
  // Both ends belong to what sacct is asked for, so a run that ended on a border would come twice.
  let atBorder = new Set<string>();
  for (let start = from; start < to;) {
    let end = Math.min(to, start + SLICE_SECONDS);
    let output = await outputOf(runner, cluster, start, end);
    while (output === 'too large') {
      end = start + Math.floor((end - start) / 2);
      output = await outputOf(runner, cluster, start, end);
    }
    const { runs, unreadable } = parseAccounting(output.text, cluster, to);
    const seen = atBorder;
    yield { from: start, to: end, runs: runs.filter((run) => !seen.has(keyOf(run))), unreadable };
    const border = end;
    atBorder = new Set(runs.filter((run) => run.end === border).map(keyOf));
    start = end;
  }
}

const keyOf = ({ jobIdRaw, submit }: UsageRecord): string => `${jobIdRaw} ${submit}`;

type SliceOutput = { readonly text: string } | 'too large';

async function outputOf(
  runner: CommandRunner,
  cluster: string,
  from: number,
  to: number,
): Promise<SliceOutput> {
  try {
    return { text: await read(runner, 'sacct', finishedRunsOf(cluster, from, to)) };
  } catch (error) {
    if (error instanceof CommandOutputTooLarge && to - from > 1) return 'too large';
    throw error;
  }
}
