import type { AccountState, ApplyResult, Change } from '../scheduler.ts';
import { SchedulerUnavailable } from '../scheduler-errors.ts';
import { shows } from '../verify-changes.ts';
import type { CommandResult, CommandRunner } from './command-runner.ts';
import { requireAnswer, saidBy } from './slurm-answers.ts';
import { callsFor, heldBack, MOST_NAMES, portionsOf, type WriteCall } from './write-calls.ts';

export interface ChangeWriterDeps {
  runner: Pick<CommandRunner, 'run'>;
  /** Reads the accounts as they are now. */
  readBack: () => Promise<readonly AccountState[]>;
  /** Names in one command. */
  mostNames?: number;
}

/** Writes changes by sacctmgr, several names in a command where that can be, and believes what it reads back. */
export class ChangeWriter {
  readonly #deps: ChangeWriterDeps;
  readonly #most: number;
  /** Fewer names than the most after a command that did not end in time, so that the next one does. */
  #names: number;

  constructor(deps: ChangeWriterDeps) {
    this.#deps = deps;
    this.#most = deps.mostNames ?? MOST_NAMES;
    this.#names = this.#most;
  }

  portions(changes: readonly Change[]): Change[][] {
    return portionsOf(changes, this.#names);
  }

  /**
   * Writes changes in their order. What does not show afterwards and was written together with others is written once
   * more by itself: others are not kept back by one, and it is told which one it was, and why.
   *
   * @throws SchedulerUnavailable where a part of Slurm is away
   */
  async write(changes: readonly Change[], cluster: string): Promise<ApplyResult[]> {
    const said = new Map<Change, string>();
    const calls = callsFor(changes, cluster, this.#names);
    for (const call of calls) await this.#call(call, said);
    if (changes.length === 0) return [];
    let accounts = await this.#deps.readBack();
    const alone = heldBack(calls, (change) => shows(accounts, change));
    for (const call of callsFor(alone, cluster, 1)) await this.#call(call, said);
    if (alone.length > 0) accounts = await this.#deps.readBack();
    return changes.map((change) =>
      shows(accounts, change)
        ? { change, outcome: 'applied' }
        : { change, outcome: 'failed', detail: said.get(change) || notShown(change, cluster) },
    );
  }

  /**
   * Exit codes lie both ways, so what was said is kept only to explain a change that does not show afterwards. Of several
   * names the later commands are not run where an earlier one failed: each name goes by itself then.
   */
  async #call({ changes, commands }: WriteCall, said: Map<Change, string>): Promise<void> {
    let words = '';
    for (const command of commands) {
      const result = requireAnswer('sacctmgr', await this.#run(command, changes.length));
      if (result.code !== 0) words = saidBy(result);
      if (words !== '' && changes.length > 1) break;
    }
    for (const change of changes) said.set(change, words);
  }

  async #run(command: readonly string[], names: number): Promise<CommandResult> {
    try {
      const result = await this.#deps.runner.run('sacctmgr', command);
      if (names === this.#names) this.#names = Math.min(this.#most, names * 2);
      return result;
    } catch (error) {
      if (error instanceof SchedulerUnavailable && names > 1) this.#names = Math.floor(names / 2);
      throw error;
    }
  }
}

/** Members take MaxJobs and MaxSubmitJobs of the account where they have none of their own. */
function notShown({ kind, account }: Change, cluster: string): string {
  const done = 'Slurm said that it was done, and does not show it';
  return kind === 'unblock-member'
    ? `${done}; the account itself may block its members: sacctmgr modify account where name=${account} cluster=${cluster} set MaxJobs=-1 MaxSubmitJobs=-1`
    : done;
}
