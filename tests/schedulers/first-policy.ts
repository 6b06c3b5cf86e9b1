import type { Change, DesiredAccount } from '@keystone/agent/schedulers/scheduler.ts';
import { spawnRunner, type CommandRunner } from '@keystone/agent/schedulers/slurm/command-runner.ts';
import { SlurmScheduler } from '@keystone/agent/schedulers/slurm/slurm-scheduler.ts';
import type { SlurmLab } from '@keystone/local/slurm/start-slurm.ts';

/** What it took to make a Slurm as it was wanted. */
export interface Writing {
  readonly changes: number;
  /** Calls of sacctmgr that write. */
  readonly calls: number;
  readonly seconds: number;
  readonly failed: readonly Change[];
}

/** Accounts and members of which a Slurm knows nothing yet. */
export function firstPolicy(accounts: number, membersOfEach: number): DesiredAccount[] {
  return Array.from({ length: accounts }, (_, at) => ({
    account: `team${at}`,
    locked: false,
    limitMinutes: 60_000 * ((at % 5) + 1),
    members: Array.from({ length: membersOfEach }, (_unused, member) => `p${at}x${member}`),
  }));
}

/** A Slurm whose machine takes every name for a person's, and whose writes are counted. */
export class CountedSlurm {
  readonly scheduler: SlurmScheduler;
  #calls = 0;

  /** @param mostNames in one command that writes; as in the product where it is not given */
  constructor(lab: SlurmLab, mostNames?: number) {
    const real = spawnRunner({ conf: lab.env.SLURM_CONF, path: process.env['PATH'] ?? '' });
    const run: CommandRunner['run'] = async (program, args) => {
      if (program === 'getent')
        return { code: 0, stdout: args.map((name) => `${name}:x:\n`).join(''), stderr: '' };
      if (program === 'sacctmgr' && args[0] === '-i') this.#calls += 1;
      return real.run(program, args);
    };
    this.scheduler = new SlurmScheduler({ ...real, run }, 'root', mostNames);
  }

  /** One pass, as the agent makes it. */
  async makeSo(desired: readonly DesiredAccount[]): Promise<Writing> {
    const { scheduler } = this;
    const before = this.#calls;
    const begun = performance.now();
    const state = await scheduler.readState(desired.flatMap(({ members }) => members));
    const { changes } = scheduler.plan(desired, state);
    const failed: Change[] = [];
    for (const portion of scheduler.portions(changes))
      for (const { change, outcome } of await scheduler.apply(portion))
        if (outcome === 'failed') failed.push(change);
    const seconds = Math.round((performance.now() - begun) / 100) / 10;
    return { changes: changes.length, calls: this.#calls - before, seconds, failed };
  }
}
