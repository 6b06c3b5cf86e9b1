import type { ControlTable, LedgerTable } from '@keystone/shared/store/table/tables.ts';
import { readAgentState } from '@keystone/shared/store/agents/agent-records.ts';
import { readBalances } from '@keystone/shared/store/ledger/balance-reader.ts';
import { readPolicyMark } from '@keystone/shared/store/agents/policy-heads.ts';
import { awardTime } from '@keystone/tests/support/centre.ts';
import * as z from 'zod';
import type { BenchRun } from '../figures/figure.ts';
import { restartBenchStack, startBenchStack, type BenchStack } from '../stack/bench-stack.ts';
import { CONTROL_TABLE, LEDGER_TABLE } from '../stack/store-alone.ts';
import { AgentFleet } from './agent-fleet.ts';

/** A team's account; who makes a team is in it. */
export const ACCOUNT = 'fleet';
export const MEMBER = 'admin';
const tokenSchema = z.object({ token: z.string() });

/** One cluster of the fleet, with what its team was awarded there. */
export interface FleetCluster {
  id: number;
  request: number;
  allocation: number;
}

/** A stack, and agents of clusters on which one team has time. */
export class FleetWorld {
  readonly fleet: AgentFleet;
  readonly #run: BenchRun;
  readonly #team: number;
  #stack: BenchStack;

  private constructor(run: BenchRun, stack: BenchStack, fleet: AgentFleet, team: number) {
    this.#run = run;
    this.#stack = stack;
    this.fleet = fleet;
    this.#team = team;
  }

  get stack(): BenchStack {
    return this.#stack;
  }

  get #control(): ControlTable {
    return { client: this.#stack.dynamodb, table: CONTROL_TABLE };
  }

  get #ledger(): LedgerTable {
    return { client: this.#stack.dynamodb, table: LEDGER_TABLE };
  }

  static async open(run: BenchRun): Promise<FleetWorld> {
    const stack = await startBenchStack(run);
    const team = await stack.staff.create('/users/teams/', { name: ACCOUNT });
    return new FleetWorld(run, stack, await AgentFleet.open(run), team);
  }

  /** Cuts all connections in one moment; the stack comes back on the same state, and the agents by themselves. */
  async restartStack(): Promise<void> {
    this.#stack = await restartBenchStack(this.#run, this.#stack);
  }

  /** A new cluster, from its record to an agent that holds its first policy. */
  async addCluster(name: string): Promise<number> {
    const { staff, url } = this.stack;
    const cluster = await staff.create('/allocations/clusters/', { name });
    const answer = await staff.call('POST', `/allocations/clusters/${cluster}/enrolment/`);
    await this.fleet.start(cluster, `${url}/api`, tokenSchema.parse(answer).token);
    return cluster;
  }

  /** The team's first award on a cluster, until its agent has applied it. */
  async firstAward(id: number, hours: number): Promise<FleetCluster> {
    const award = await awardTime(this.stack.staff, this.#team, id, hours);
    await this.fleet.hasLimit(id, ACCOUNT, hours * 60);
    return { id, ...award };
  }

  /** Changes an award. @returns milliseconds from the call until the agent has applied it */
  async changeAward({ id, request, allocation }: FleetCluster, hours: number): Promise<number> {
    const started = performance.now();
    const applied = this.fleet.hasLimit(id, ACCOUNT, hours * 60);
    await Promise.all([
      applied,
      this.stack.staff.call('POST', `/allocations/requests/${request}/decision/`, {
        status: 'AP',
        awards: [{ allocation, awarded: hours }],
      }),
    ]);
    return performance.now() - started;
  }

  /** How many of the clusters' agents told the cloud that they hold the newest policy. */
  async reported(clusters: readonly FleetCluster[]): Promise<number> {
    const told = await Promise.all(
      clusters.map(async ({ id }) => {
        const [mark, said] = await Promise.all([
          readPolicyMark(this.#control, id),
          readAgentState(this.#control, id),
        ]);
        return mark !== undefined && said?.state.applied?.hash === mark.hash;
      }),
    );
    return told.filter(Boolean).length;
  }

  /** What the ledger holds of the account on each cluster. */
  balances(clusters: readonly FleetCluster[]) {
    return readBalances(
      this.#ledger,
      clusters.map(({ id }) => ({ cluster: id, account: ACCOUNT })),
    );
  }
}
