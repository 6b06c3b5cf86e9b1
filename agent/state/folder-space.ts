import { statfs } from 'node:fs/promises';
import type { AgentProblem } from '@keystone/shared/contracts/agent.ts';

/** Less is used up by a day of a large cluster, or by one policy and its drafts. */
const LEAST_BYTES = 64 * 1024 * 1024;

/**
 * Whether there is room for what the agent has to keep. On a full disk the agent can't write down what is wrong, so who
 * asks looks here.
 *
 * @returns the problem, or undefined where there is none
 */
export async function spaceProblem(folder: string): Promise<AgentProblem | undefined> {
  const { bavail, bsize } = await statfs(folder);
  const free = bavail * bsize;
  if (free >= LEAST_BYTES) return undefined;
  const detail =
    `${Math.floor(free / 1024)} kB are free under ${folder}; make room: what can't be written down is not read from ` +
    'the scheduler, and is read once there is room again';
  return { code: 'disk-full', detail };
}
