import { parseArgs, type ParseArgsConfig } from 'node:util';
import { DEFAULT_STATE_FOLDER } from '../state/state-folder.ts';

/** The command was called in a way that it does not take. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export interface Output {
  out: (line: string) => void;
  error: (line: string) => void;
}

export interface Command {
  /** One line for the list of commands. */
  summary: string;
  help: string;
  /** @returns the exit code */
  run: (args: string[], output: Output, env: NodeJS.ProcessEnv) => Promise<number>;
}

type Options = NonNullable<ParseArgsConfig['options']>;

/** Options that every command takes. */
export const commonOptions = {
  'state-dir': { type: 'string', default: DEFAULT_STATE_FOLDER },
} as const satisfies Options;

export const COMMON_HELP = `  --state-dir DIR    the agent's folder (default ${DEFAULT_STATE_FOLDER})
  --help             this text`;

/** @throws UsageError where an option is unknown or lacks its value */
export function readOptions<const O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
