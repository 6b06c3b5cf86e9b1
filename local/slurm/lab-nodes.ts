import { labPaths, nodeNames, type LabOptions } from './lab-options.ts';
import { runOrThrow, runProgram } from './lab-programs.ts';

export interface LabNode {
  readonly name: string;
  /** As scontrol tells it, such as MIXED+DRAIN; a star means that the node does not respond. */
  readonly state: string;
  /** Why it is out of service; empty where it is not. */
  readonly reason: string;
}

/** slurmd did not start a job since one of that id still runs: a controller that was killed gave the id once more. */
const GIVEN_TWICE = 'Duplicate jobid';

/** Reads `scontrol show node --oneliner`. */
export function parseNodes(text: string): LabNode[] {
  return text.split('\n').flatMap((line) => {
    const name = /^NodeName=(\S+)/.exec(line)?.[1];
    const state = / State=(\S+)/.exec(line)?.[1];
    if (name === undefined || state === undefined) return [];
    return [{ name, state, reason: / Reason=(.*?) \[/.exec(line)?.[1] ?? '' }];
  });
}

/** Whether a node takes part, be it that no job may start on it. */
export const nodeAnswers = ({ state }: LabNode): boolean =>
  /^(IDLE|MIXED|ALLOCATED)(\+|$)/.test(state) && !state.includes('NOT_RESPONDING');

/** Whether Slurm took a node out of service, and leaves it so until somebody gives it back. */
export const needsResume = ({ state, reason }: LabNode): boolean =>
  state.startsWith('DOWN') || (state.includes('+DRAIN') && reason === GIVEN_TWICE);

const env = (options: LabOptions) => ({ SLURM_CONF: labPaths(options).slurmConf });
const SHOW_NODES = ['show', 'node', '--oneliner'] as const;

/** Whether all nodes of a lab answer its controller. */
export async function nodesAnswer(options: LabOptions): Promise<boolean> {
  const { stdout } = await runProgram('scontrol', SHOW_NODES, { env: env(options) });
  const nodes = parseNodes(stdout);
  return nodes.length === nodeNames(options).length && nodes.every(nodeAnswers);
}

/**
 * Gives back nodes that Slurm took out of service, as an operator does. One that a person drained stays so.
 *
 * @returns their names
 * @throws Error where the controller does not answer
 */
export async function resumeNodes(options: LabOptions): Promise<string[]> {
  const nodes = parseNodes(await runOrThrow('scontrol', SHOW_NODES, { env: env(options) }));
  const names = nodes.filter(needsResume).map(({ name }) => name);
  if (names.length > 0)
    await runOrThrow('scontrol', ['update', `NodeName=${names.join(',')}`, 'State=RESUME'], {
      env: env(options),
    });
  return names;
}
