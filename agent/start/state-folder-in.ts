import { parseArgs } from 'node:util';
import { DEFAULT_STATE_FOLDER } from '../state/default-state-folder.ts';

/** The state folder that a command line means, however wrong the rest of it is; the command itself says so later. */
export function stateFolderIn(args: string[], env: NodeJS.ProcessEnv): string {
  const { values } = parseArgs({ args, options: { 'state-dir': { type: 'string' } }, strict: false });
  const { 'state-dir': given } = values;
  return (typeof given === 'string' && given) || env['KEYSTONE_STATE_DIR'] || DEFAULT_STATE_FOLDER;
}
