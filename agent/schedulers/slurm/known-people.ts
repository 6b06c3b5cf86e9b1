import type { AgentProblem } from '@keystone/shared/contracts/agent.ts';
import { isMemberName } from '@keystone/shared/domain/names.ts';
import { SchedulerUnavailable } from '../scheduler-errors.ts';
import type { CommandRunner } from './command-runner.ts';
import { linesOf } from './parse-values.ts';
import { knownPeople } from './read-arguments.ts';
import { saidBy } from './slurm-answers.ts';

/** Names in one getent call. */
const PEOPLE = 100;

/** A pass waits for all calls together. */
const PATIENCE_MS = 60_000;

type Runner = Pick<CommandRunner, 'run'>;

/**
 * Which of these people this machine does not know. A directory that does not answer keeps those waiting who were not
 * asked about, and nothing else: limits do not depend on it.
 */
export async function askForPeople(
  runner: Runner,
  people: readonly string[],
): Promise<{ unknown: Set<string>; problems: AgentProblem[] }> {
  const asked = people.filter(isMemberName);
  const unknown = new Set(asked);
  const until = performance.now() + PATIENCE_MS;
  try {
    for (let start = 0; start < asked.length; start += PEOPLE) {
      if (performance.now() > until)
        throw new SchedulerUnavailable('getent passwd takes too long for all of them');
      for (const name of await knownOf(runner, asked.slice(start, start + PEOPLE))) unknown.delete(name);
    }
    return { unknown, problems: [] };
  } catch (error) {
    if (!(error instanceof SchedulerUnavailable)) throw error;
    const detail = `nobody new is added to an account: who is on this machine can't be asked (${error.message})`;
    return { unknown, problems: [{ code: 'people-unread', detail }] };
  }
}

/** getent ends with 2 where it does not know one of the names, and prints the others. */
async function knownOf(runner: Runner, people: readonly string[]): Promise<string[]> {
  const result = await runner.run('getent', knownPeople(people));
  if (result.code !== 0 && result.code !== 2)
    throw new SchedulerUnavailable(`getent passwd failed (exit ${result.code}): ${saidBy(result)}`);
  return linesOf(result.stdout).map((line) => line.slice(0, line.indexOf(':')));
}
