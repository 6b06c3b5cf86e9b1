import { openSlurm } from '@keystone/agent/schedulers/slurm/open-slurm.ts';
import type { JobWish, Part, SchedulerWorld } from '@keystone/agent/schedulers/testing/scheduler-world.ts';
import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { eventually } from '../support/eventually.ts';
import { ByHand } from './by-hand.ts';

const daemons = { accounts: 'slurmdbd', queue: 'slurmctld' } as const satisfies Record<Part, string>;

/** The world of the scheduler suite on a real Slurm. */
export async function startSlurmWorld(): Promise<SchedulerWorld> {
  const lab = await startSlurm({ cluster: 'contract' });
  const must = (program: string, ...args: string[]) => mustRun(lab, program, args);
  const hand = new ByHand(lab);
  const cluster = `cluster=${lab.options.cluster}`;
  return {
    scheduler: openSlurm(lab.env.SLURM_CONF, process.env),
    submit: (job) => submit(lab, job),
    cancel: async (job) => void (await must('scancel', String(job))),
    suspend: async (job) => void (await must('scontrol', 'suspend', String(job))),
    resume: async (job) => void (await must('scontrol', 'resume', String(job))),
    requeue: (job) => hand.requeue(job),
    shrink: async (job) => void (await must('scontrol', 'update', `JobId=${job}`, 'NumNodes=1')),
    addForeignAccount: async (account, limitMinutes) => {
      await must('sacctmgr', '-i', 'add', 'account', account, cluster, `GrpTRESMins=billing=${limitMinutes}`);
      await must('sacctmgr', '-i', 'add', 'user', 'alice', `account=${account}`, cluster);
    },
    takeAway: (part) => lab.stop(daemons[part]),
    bringBack: (part) => lab.start(daemons[part]),
    until: async (what, probe) => void (await eventually(probe, { what, withinMs: 80_000 })),
    now: () => Math.floor(Date.now() / 1000),
    close: () => lab.close(),
  };
}

async function mustRun(lab: SlurmLab, program: string, args: string[]): Promise<string> {
  const { code, stdout, stderr } = await lab.run(program, args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}: ${stderr || stdout}`);
  return stdout;
}

async function submit(
  lab: SlurmLab,
  { user, account, cpus, limitMinutes, seconds, nodes = 1, tasks }: JobWish,
): Promise<number | 'refused'> {
  const { code, stdout, stderr } = await lab.run(
    'sbatch',
    [
      '--parsable',
      '--chdir=/tmp',
      '--output=/dev/null',
      `--account=${account}`,
      `--ntasks=${cpus}`,
      `--nodes=${nodes}`,
      `--ntasks-per-node=${cpus / nodes}`,
      `--time=${limitMinutes}`,
      ...(tasks === undefined ? [] : [`--array=1-${tasks}`]),
      `--wrap=sleep ${seconds}`,
    ],
    user,
  );
  if (code === 0) return Number(stdout.trim().split(';')[0]);
  if (/accounting\/QOS policy|Invalid account/.test(stderr)) return 'refused';
  throw new Error(`sbatch: ${stderr}`);
}
