import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { SchedulerUnavailable } from '../scheduler-errors.ts';
import {
  CommandOutputTooLarge,
  CommandTimedOut,
  spawnOptionsOf,
  type CommandResult,
  type RunLimits,
} from './command-runner.ts';

/** Of what a program complains, in bytes: the first words tell. */
const MOST_STDERR = 64 * 1024;

/**
 * Runs a program and gives its output as it comes; the program waits while a piece is worked on, and that time does not
 * count. Who stops early ends the program.
 *
 * @returns how it ended, with no output any more
 * @throws SchedulerUnavailable where it could not be run or did not end in time
 * @throws CommandOutputTooLarge where it printed more than is believed
 */
export async function* streamCommand(
  program: string,
  args: readonly string[],
  limits: RunLimits,
): AsyncGenerator<string, CommandResult> {
  const child = spawn(program, args, spawnOptionsOf(limits));
  let failure: Error | undefined;
  const failed = Promise.withResolvers<undefined>();
  const end = (error: Error): void => {
    failure ??= error;
    child.kill('SIGKILL');
    // A child of its own may keep the output open, and one that the system does not let go may never close.
    failed.resolve(undefined);
  };
  child.once('error', (cause) => end(new SchedulerUnavailable(`${program} could not be run`, { cause })));
  const closed = once(child, 'close').catch(() => undefined);
  const complaints = collectStart(child.stderr);
  child.stdout.setEncoding('utf8');
  const within = budget(limits.timeoutMs, () => end(new CommandTimedOut(program, limits.timeoutMs)));
  try {
    const pieces: AsyncIterator<unknown> = child.stdout[Symbol.asyncIterator]();
    let chars = 0;
    for (;;) {
      const next = await within(Promise.race([pieces.next(), failed.promise]));
      if (next === undefined || next.done === true || failure) break;
      const piece = String(next.value);
      chars += piece.length;
      if (chars > limits.maxBytes) {
        end(tooLarge(program, limits.maxBytes));
        break;
      }
      yield piece;
    }
    // What was not read would keep it from closing.
    child.stdout.destroy();
    await within(Promise.race([closed, failed.promise]));
  } finally {
    child.kill('SIGKILL');
    child.stdout.destroy();
    child.stderr.destroy();
  }
  if (failure) throw failure;
  if (child.exitCode === null)
    throw new SchedulerUnavailable(`${program} was ended by ${child.signalCode ?? 'a signal'}`);
  return { code: child.exitCode, stdout: '', stderr: complaints() };
}

const tooLarge = (program: string, most: number) =>
  new CommandOutputTooLarge(`${program} printed more than ${most} bytes`);

/** Waits for one thing after another; when all the waiting took too long, `late` is called. */
function budget(ms: number, late: () => void): <T>(work: Promise<T>) => Promise<T> {
  let left = ms;
  return async (work) => {
    const began = performance.now();
    const timer = setTimeout(late, Math.max(0, left));
    try {
      return await work;
    } finally {
      clearTimeout(timer);
      left -= performance.now() - began;
    }
  };
}

function collectStart(stream: NodeJS.ReadableStream): () => string {
  const chunks: Buffer[] = [];
  let bytes = 0;
  stream.on('data', (chunk: Buffer) => {
    if (bytes < MOST_STDERR) chunks.push(chunk);
    bytes += chunk.length;
  });
  return () => Buffer.concat(chunks).toString('utf8');
}
