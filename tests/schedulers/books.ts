import type { SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { eventually } from '../support/eventually.ts';
import { finishedRows, reservedSeconds, startableSeconds } from '../support/slurm-jobs.ts';
import { AWARDED, type AgentOnSlurm } from './agent-on-slurm.ts';

/** Compares what the agent sent, what Slurm's accounting says, and what Slurm would let start. */
export class Books {
  readonly #lab: SlurmLab;
  readonly #agent: AgentOnSlurm;

  constructor(lab: SlurmLab, agent: AgentOnSlurm) {
    this.#lab = lab;
    this.#agent = agent;
  }

  /** Charges of an account by sacct, under raw job id and submit time. */
  async used(account: string): Promise<Map<string, number>> {
    const rows = await finishedRows(this.#lab, account);
    return new Map(rows.map((row) => [`${row.jobId} ${row.submit}`, billableSeconds(row)]));
  }

  /** What the ledger would charge. */
  charged(account: string): Map<string, number> {
    const runs = this.#agent.runsOf(account);
    return new Map(runs.map((run) => [`${run.jobIdRaw} ${run.submit}`, billableSeconds(run)]));
  }

  /**
   * Waits until an account has these runs in the ledger and no others, each at what sacct says, and until Slurm lets start
   * what the ledger has left beside the whole reservations of what runs, to within a minute.
   */
  async agree(account: string, awarded = AWARDED): Promise<void> {
    await eventually(async () => same(textOf(this.charged(account)), textOf(await this.used(account))), {
      what: `charges of ${account} that equal sacct`,
      withinMs: 40_000,
    });
    await eventually(
      async () => {
        const [startable, left] = [
          await startableSeconds(this.#lab, account),
          await this.left(account, awarded),
        ];
        return Math.abs(startable - left) < 60 || same(`${startable} s may start`, `${left} s are left`);
      },
      { what: `a limit of ${account} that leaves what the ledger has left`, withinMs: 40_000 },
    );
  }

  async left(account: string, awarded = AWARDED): Promise<number> {
    const used = [...(await this.used(account)).values()].reduce((sum, seconds) => sum + seconds, 0);
    return awarded - used - (await reservedSeconds(this.#lab, account));
  }
}

/** Runs of no length are in one way of asking sacct and not in another. */
const textOf = (figures: ReadonlyMap<string, number>): string =>
  [...figures]
    .filter(([, seconds]) => seconds > 0)
    .map(([run, seconds]) => `${run}: ${seconds}`)
    .sort()
    .join('\n');

/** Says how they differ, where they never come to agree. */
function same(here: string, there: string): boolean {
  if (here !== there) throw new Error(`${here}\nand not\n${there}`);
  return true;
}
