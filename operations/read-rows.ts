import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import {
  schedulerRowsLineSchema,
  type SchedulerRowsLine,
} from '@keystone/shared/contracts/scheduler-rows.ts';
import { CommandError } from './output.ts';

const agentProgram = join(import.meta.dirname, '../agent/bin/keystone-agent.ts');

export interface RowsWanted {
  from: string;
  to: string;
}

/** Rows that the agent on this machine reads from its scheduler now. */
export async function* rowsOfAgent(
  stateFolder: string,
  { from, to }: RowsWanted,
): AsyncGenerator<SchedulerRowsLine> {
  const args = [agentProgram, 'rows', '--state-dir', stateFolder, '--from', from, '--to', to];
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  try {
    yield* rowsIn(child.stdout, 'keystone-agent rows');
    const [code] = await ended;
    if (code !== 0) throw new CommandError(`keystone-agent rows ended with ${String(code)}`);
  } finally {
    child.kill();
  }
}

/** Rows from a file that `keystone-agent rows` printed, or from standard input for `-`. */
export const rowsOfFile = (file: string): AsyncGenerator<SchedulerRowsLine> =>
  rowsIn(file === '-' ? process.stdin : createReadStream(file), file === '-' ? 'standard input' : file);

async function* rowsIn(stream: Readable, name: string): AsyncGenerator<SchedulerRowsLine> {
  let number = 0;
  // A file that is not there fails its stream, which readline does not tell.
  const failed = new Promise<never>((_, reject) => {
    stream.once('error', (error) => reject(new CommandError(`${name}: ${error.message}`)));
  });
  failed.catch(() => undefined);
  const lines = createInterface({ input: stream, crlfDelay: Infinity })[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([lines.next(), failed]);
    if (next.done === true) return;
    number += 1;
    if (next.value.trim() !== '') yield parseLine(next.value, `${name}, line ${number}`);
  }
}

function parseLine(text: string, place: string): SchedulerRowsLine {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new CommandError(`${place} is no JSON; make the rows anew with keystone-agent rows`, { cause });
  }
  const line = schedulerRowsLineSchema.safeParse(value);
  if (!line.success)
    throw new CommandError(`${place} is not what keystone-agent rows prints: ${line.error.message}`);
  return line.data;
}
