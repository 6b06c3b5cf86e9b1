import { userInfo } from 'node:os';
import { planChanges } from '../plan-changes.ts';
import type {
  ApplyResult,
  Change,
  Counter,
  DesiredAccount,
  FinishedRuns,
  Plan,
  Scheduler,
  SchedulerDescription,
  SchedulerState,
  JobQueue,
} from '../scheduler.ts';
import { SchedulerAnswerUnreadable } from '../scheduler-errors.ts';
import { ChangeWriter } from './change-writer.ts';
import type { CommandRunner, SlurmProgram } from './command-runner.ts';
import { askForPeople } from './known-people.ts';
import { parseAssociations, type Associations } from './parse-associations.ts';
import { parsePartitions, parseQualities, parseSettings } from './parse-configuration.ts';
import { parseJobQueue } from './parse-jobs.ts';
import { parseUsers } from './parse-users.ts';
import { linesOf } from './parse-values.ts';
import { readCounters } from './read-counters.ts';
import { readFinishedRuns } from './read-finished-runs.ts';
import { read } from './slurm-answers.ts';
import * as args from './read-arguments.ts';
import { judge } from './slurm-findings.ts';
import { SpanLength } from './span-length.ts';

const MAX_PROBLEMS = 40;
const MAX_DETAIL = 500;

/** Slurm through its own programs. It needs an operator's rights, and slurm.conf or what stands for it. */
export class SlurmScheduler implements Scheduler {
  readonly kind = 'slurm';
  readonly #runner: CommandRunner;
  readonly #user: string;
  readonly #writer: ChangeWriter;
  readonly #spans = new SpanLength();
  #cluster: string | undefined;
  #parents: ReadonlyMap<string, string> | undefined;

  /**
   * @param user whom the agent runs as
   * @param mostNames in one command that writes
   */
  constructor(runner: CommandRunner, user: string = userInfo().username, mostNames?: number) {
    this.#runner = runner;
    this.#user = user;
    const readBack = async () => (await this.#associations()).accounts;
    this.#writer = new ChangeWriter({ runner, readBack, ...(mostNames !== undefined && { mostNames }) });
  }

  async describe(): Promise<SchedulerDescription> {
    const settings = parseSettings(await this.#read('scontrol', args.showConfiguration));
    const cluster = await this.#clusterName();
    const partitions = parsePartitions(await this.#read('scontrol', args.showPartitions));
    const clusters = linesOf(await this.#read('sacctmgr', args.showClusters));
    const qualities = parseQualities(await this.#read('sacctmgr', args.showQualities));
    const [adminLevel = 'None'] = linesOf(await this.#read('sacctmgr', args.showRights(this.#user)));
    const accounts = clusters.includes(cluster) ? (await this.#associations()).accounts : [];
    const identity = { user: this.#user, adminLevel };
    const { fatal, warnings } = judge({
      settings,
      cluster,
      partitions,
      qualities,
      clusters,
      identity,
      accounts,
    });
    return {
      kind: this.kind,
      version: (settings.get('SLURM_VERSION') ?? 'unknown').slice(0, 64),
      cluster,
      canEnforce: fatal.length === 0,
      problems: [...fatal, ...warnings]
        .slice(0, MAX_PROBLEMS)
        .map(({ code, detail }) => ({ code, detail: detail.slice(0, MAX_DETAIL) })),
    };
  }

  async readState(people: Iterable<string>): Promise<SchedulerState> {
    const asked = await askForPeople(this.#runner, [...people]);
    const { accounts, problems } = await this.#associations();
    // Jobs last: whoever is found blocked above can't have submitted since.
    const { unfinished: jobs } = await this.queue();
    return { accounts, problems: [...problems, ...asked.problems], unknownPeople: asked.unknown, jobs };
  }

  async readCounters(accounts: readonly string[]): Promise<Map<string, Counter>> {
    const cluster = await this.#clusterName();
    if (this.#parents === undefined) await this.#associations();
    return readCounters({ runner: this.#runner, cluster, parents: this.#parents ?? new Map() }, accounts);
  }

  plan(desired: readonly DesiredAccount[], state: SchedulerState): Plan {
    return planChanges(desired, state);
  }

  portions(changes: readonly Change[]): Change[][] {
    return this.#writer.portions(changes);
  }

  async apply(changes: readonly Change[]): Promise<ApplyResult[]> {
    return this.#writer.write(changes, await this.#clusterName());
  }

  async *finishedRuns(from: number, to: number): AsyncGenerator<FinishedRuns> {
    const asked = { runner: this.#runner, cluster: await this.#clusterName(), spans: this.#spans };
    yield* readFinishedRuns(asked, { from, to });
  }

  async queue(): Promise<JobQueue> {
    return parseJobQueue(await this.#read('squeue', args.jobQueue));
  }

  async #associations(): Promise<Associations> {
    const cluster = await this.#clusterName();
    const users = parseUsers(await this.#read('scontrol', args.showUsers));
    const output = await this.#read('sacctmgr', args.showAssociations(cluster));
    const associations = parseAssociations(output, cluster, users);
    this.#parents = new Map(associations.accounts.map(({ account, parent }) => [account, parent]));
    return associations;
  }

  /** The cluster that slurmctld runs; asked once, since it does not change under a running agent. */
  async #clusterName(): Promise<string> {
    if (this.#cluster === undefined) {
      const name = parseSettings(await this.#read('scontrol', args.showConfiguration))
        .get('ClusterName')
        ?.toLowerCase();
      if (name === undefined) throw new SchedulerAnswerUnreadable('scontrol show config names no cluster');
      this.#cluster = name;
    }
    return this.#cluster;
  }

  #read(program: SlurmProgram, commandArguments: readonly string[]): Promise<string> {
    return read(this.#runner, program, commandArguments);
  }
}
