import { parseArgs, type ParseArgsConfig } from 'node:util';
import { DEFAULT_STATE_FOLDER } from '../state/default-state-folder.ts';

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
  'state-dir': { type: 'string' },
} as const satisfies Options;

/** The agent's folder: as the command says, else as the environment does, else the usual one. */
export const stateFolderOf = (values: { 'state-dir'?: string }, env: NodeJS.ProcessEnv): string =>
  values['state-dir'] || env['KEYSTONE_STATE_DIR'] || DEFAULT_STATE_FOLDER;

/** The option again, for the command that is proposed next. */
export const sameFolder = (values: { 'state-dir'?: string }): string =>
  values['state-dir'] ? ` --state-dir ${values['state-dir']}` : '';

export const COMMON_HELP = `  --state-dir DIR    the agent's folder (default KEYSTONE_STATE_DIR, else ${DEFAULT_STATE_FOLDER})
  --help             this text`;

/** @throws UsageError where an option is unknown or lacks its value */
export function readOptions<const O extends Options>(args: string[], options: O) {
  try {
    return parseArgs({ args, options, strict: true, allowPositionals: false }).values;
  } catch (cause) {
    throw new UsageError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
