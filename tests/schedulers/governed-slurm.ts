import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { eventually } from '../support/eventually.ts';
import { limitOf } from '../support/slurm-jobs.ts';
import { AgentOnSlurm, AWARDED } from './agent-on-slurm.ts';
import { Books } from './books.ts';
import { ByHand } from './by-hand.ts';

/** A real Slurm, the whole agent on it, people who work on it by hand, and the books of what is used. */
export class GovernedSlurm {
  readonly lab: SlurmLab;
  readonly agent: AgentOnSlurm;
  readonly hand: ByHand;
  readonly books: Books;

  private constructor(lab: SlurmLab) {
    this.lab = lab;
    this.agent = new AgentOnSlurm(lab);
    this.hand = new ByHand(lab);
    this.books = new Books(lab, this.agent);
  }

  /** Starts them, and waits until each account may use what it is awarded. */
  static async start(
    choices: Parameters<typeof startSlurm>[0],
    ...accounts: string[]
  ): Promise<GovernedSlurm> {
    const slurm = new GovernedSlurm(await startSlurm(choices));
    try {
      await slurm.agent.start();
      slurm.agent.govern(...accounts.map((account) => ({ account })));
      for (const account of accounts) await slurm.#awarded(account);
      return slurm;
    } catch (error) {
      await slurm.close();
      throw error;
    }
  }

  async #awarded(account: string): Promise<void> {
    const limit = () => limitOf(this.lab, account);
    await eventually(async () => (await limit()) === AWARDED / 60, { what: `the limit of ${account}` });
  }

  async close(): Promise<void> {
    await this.agent.stop();
    await this.lab.close();
  }
}
