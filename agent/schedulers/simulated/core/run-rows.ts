import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { Draft } from './draft.ts';
import { hostList } from './host-list.ts';
import type { ClusterSetup, RunningJob, WaitingJob } from './simulation-state.ts';

/** States of a row that ended. */
export type EndState =
  'COMPLETED' | 'FAILED' | 'CANCELLED' | 'TIMEOUT' | 'OUT_OF_MEMORY' | 'NODE_FAIL' | 'REQUEUED' | 'RESIZING';

const exitCodes: Partial<Record<EndState, string>> = {
  FAILED: '1:0',
  OUT_OF_MEMORY: '0:125',
  CANCELLED: '0:15',
};

/** The row of a run that ended now. */
export function rowOfRun(setup: ClusterSetup, run: RunningJob, end: number, state: EndState): UsageRecord {
  const suspended = run.suspended - (run.suspendedBefore ?? 0);
  const elapsed = Math.max(0, end - run.start - suspended);
  return rowOf(setup, run, {
    jobId: run.task ? `${run.task.array}_${run.task.index}` : String(run.id),
    eligible: run.eligible,
    start: run.start,
    end,
    elapsed,
    suspended,
    state,
    exitCode: exitCodes[state] ?? '0:0',
    allocTres: allocatedOf(setup, run),
    nodeList: hostList(setup.cluster, setup.nodes.count, run.on),
    totalCpu: timeOf(Math.floor((elapsed * run.cpus * run.plan.busyPercent) / 100)),
  });
}

/** The row of a job that was cancelled before it started: a run of no length. */
export function rowOfNothing(
  setup: ClusterSetup,
  job: WaitingJob & { readonly eligible: number },
  end: number,
): UsageRecord {
  const { tasks } = job;
  const of = tasks && (tasks.next === tasks.last ? tasks.next : `[${tasks.next}-${tasks.last}]`);
  return rowOf(setup, job, {
    jobId: tasks ? `${tasks.array}_${of}` : String(job.id),
    eligible: job.eligible,
    start: null,
    end,
    elapsed: 0,
    suspended: 0,
    state: 'CANCELLED',
    exitCode: '0:0',
    allocTres: '',
    nodeList: '',
    totalCpu: '00:00:00',
  });
}

type Told = Omit<
  UsageRecord,
  'jobIdRaw' | 'submit' | 'timeLimit' | 'user' | 'account' | 'partition' | 'qos' | 'nodes'
>;

/** Fields in the order of the format, so that a row is the same to the byte before and after it was kept on disk. */
function rowOf({ partition }: ClusterSetup, job: RunningJob | WaitingJob, told: Told): UsageRecord {
  return {
    jobIdRaw: job.id,
    jobId: told.jobId,
    submit: job.submit,
    eligible: told.eligible,
    start: told.start,
    end: told.end,
    elapsed: told.elapsed,
    suspended: told.suspended,
    timeLimit: job.limitSeconds,
    state: told.state,
    exitCode: told.exitCode,
    user: job.user,
    account: job.account,
    partition,
    qos: 'normal',
    allocTres: told.allocTres,
    nodes: job.nodes,
    nodeList: told.nodeList,
    totalCpu: told.totalCpu,
  };
}

function allocatedOf({ memoryMbPerCpu }: ClusterSetup, { billing, cpus, gpus, nodes }: RunningJob): string {
  const accelerators = gpus > 0 ? `gres/gpu=${gpus},` : '';
  return `billing=${billing},cpu=${cpus},${accelerators}mem=${cpus * memoryMbPerCpu}M,node=${nodes}`;
}

/** As Slurm writes it, `1-02:03:04`. */
function timeOf(seconds: number): string {
  const two = (figure: number) => String(Math.floor(figure)).padStart(2, '0');
  const days = Math.floor(seconds / 86_400);
  return `${days > 0 ? `${days}-` : ''}${two((seconds / 3600) % 24)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** Rows show a few seconds after the end, or when what was away is back. */
export function writeRow(draft: Draft, run: UsageRecord): void {
  if (draft.away.size > 0) draft.heldRows.push(run);
  else draft.rows.push({ visibleAt: draft.now + 1 + (run.jobIdRaw % 4), run });
}
