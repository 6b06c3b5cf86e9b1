import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { seconds, systemClock } from '../../clock/clock.ts';
import type { FinishedRuns } from '../scheduler.ts';
import { CommandOutputTooLarge, CommandTimedOut, type CommandRunner } from './command-runner.ts';
import { parseAccounting } from './parse-accounting.ts';
import { readInPieces } from './slurm-answers.ts';
import { finishedRunsOf } from './read-arguments.ts';
import { SpanLength } from './span-length.ts';

/** About five thousand rows: so many are in memory here at a time. */
const PART_CHARS = 1024 * 1024;

export interface AskedSlurm {
  readonly runner: CommandRunner;
  readonly cluster: string;
  readonly spans?: SpanLength;
}

/**
 * Runs that ended in [from, to], a day at a time, in less where a day is more than is read at once, or takes too long.
 *
 * @param now Unix seconds; what is read may go on beyond it, where this machine's clock is behind
 */
export async function* readFinishedRuns(
  { runner, cluster, spans = new SpanLength() }: AskedSlurm,
  { from, to }: { from: number; to: number },
  now = seconds(systemClock),
): AsyncGenerator<FinishedRuns> {
  // Both ends belong to what sacct is asked for, so a run that ended on a border would come twice; and so would what
  // was told of a span before it turned out to be too long.
  let told = new Set<string>();
  let length = spans.seconds;
  for (let start = from; start < to;) {
    const end = Math.min(to, start + length);
    const border = new Set<string>();
    let rows = 0;
    try {
      const output = readInPieces(runner, 'sacct', finishedRunsOf(cluster, start, end));
      for await (const { text, last } of partsOf(output)) {
        const { runs, unreadable } = parseAccounting(text, cluster, Math.min(to, now));
        const news = runs.filter((run) => !told.has(keyOf(run)));
        for (const run of news) told.add(keyOf(run));
        for (const run of runs) if (run.end === end) border.add(keyOf(run));
        rows += runs.length;
        // Whoever takes this slice alone does not come back.
        if (last) length = spans.wasRead(end - start, rows, Math.min(end, now) - start);
        yield { from: start, to: last ? end : start, runs: news, unreadable };
      }
    } catch (error) {
      const less = shorterAfter(error, end - start, spans);
      if (less === undefined) throw error;
      length = less;
      continue;
    }
    told = border;
    start = end;
  }
}

/** How much to ask for where all of a span could not be read, or undefined where asking for less does not help. */
function shorterAfter(error: unknown, span: number, spans: SpanLength): number | undefined {
  if (error instanceof CommandTimedOut) return spans.tookTooLong(span);
  return error instanceof CommandOutputTooLarge && span > 1 ? Math.floor(span / 2) : undefined;
}

/** Whole lines, many at a time; the last part, which may be empty, once all that was printed is known to be true. */
async function* partsOf(pieces: AsyncIterable<string>): AsyncGenerator<{ text: string; last: boolean }> {
  let open: string[] = [];
  let chars = 0;
  for await (const piece of pieces) {
    const cut = piece.lastIndexOf('\n') + 1;
    if (chars + piece.length < PART_CHARS || cut === 0) {
      open.push(piece);
      chars += piece.length;
      continue;
    }
    yield { text: open.join('') + piece.slice(0, cut), last: false };
    open = [piece.slice(cut)];
    chars = piece.length - cut;
  }
  yield { text: open.join(''), last: true };
}

const keyOf = ({ jobIdRaw, submit }: UsageRecord): string => `${jobIdRaw} ${submit}`;
