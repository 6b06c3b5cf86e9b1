import { MemoryDisk } from '../../../testing/memory-disk.ts';
import type { JobWish, SchedulerWorld } from '../../testing/scheduler-world.ts';
import type { SimulationEvent } from '../core/simulation.ts';
import { simulationConfigSchema } from '../simulation-config.ts';
import { SimulatedScheduler } from '../simulated-scheduler.ts';

const START = Date.parse('2026-03-02T12:00:00Z') / 1000;

/** Simulated seconds after which what was waited for never came. */
const PATIENCE = 600;

/** The world of the scheduler suite on a simulated Slurm, whose time passes when somebody waits. */
export async function startSimulatedWorld(): Promise<SchedulerWorld> {
  let seconds = START;
  const config = simulationConfigSchema.parse({
    cluster: 'contract',
    nodes: { count: 4, cpus: 64 },
    people: ['alice', 'bob', 'carol'],
    workload: 'none',
  });
  const scheduler = new SimulatedScheduler({
    config,
    disk: new MemoryDisk(),
    now: () => seconds * 1000,
    keep: true,
  });
  const must = async (event: SimulationEvent) => {
    const answer = await scheduler.perform(event);
    if (!answer.done) throw new Error(`${event.kind}: ${answer.why}`);
  };
  return {
    scheduler,
    submit: (job) => submit(scheduler, job),
    cancel: (id) => must({ kind: 'cancel', id }),
    suspend: (id) => must({ kind: 'suspend', id }),
    resume: (id) => must({ kind: 'resume', id }),
    async requeue(id) {
      await must({ kind: 'requeue', id });
      // It would wait two minutes before it starts again.
      await must({ kind: 'release', id });
    },
    shrink: (id) => must({ kind: 'resize', id, nodes: 1 }),
    addForeignAccount: (account, limitMinutes) =>
      must({ kind: 'declare', declaration: { account, limitMinutes, members: ['alice'] } }),
    takeAway: (part) => must({ kind: 'take-away', part }),
    bringBack: (part) => must({ kind: 'bring-back', part }),
    async until(what, probe) {
      for (const end = seconds + PATIENCE; !(await probe()); seconds += 1)
        if (seconds > end) throw new Error(`${what}: not within ${PATIENCE} simulated seconds`);
    },
    now: () => seconds,
    close: () => scheduler.close(),
  };
}

async function submit(
  scheduler: SimulatedScheduler,
  { user, account, cpus, limitMinutes, seconds, nodes = 1, tasks = undefined }: JobWish,
): Promise<number | 'refused'> {
  const answer = await scheduler.perform({
    kind: 'submit',
    job: {
      user,
      account,
      cpus,
      gpus: 0,
      nodes,
      limitMinutes,
      tasks: tasks ?? null,
      plan: { seconds, outcome: 'COMPLETED', busyPercent: 90 },
      patienceSeconds: null,
    },
  });
  if (answer.done) return answer.job ?? 0;
  if (/accounting\/QOS policy|Invalid account/.test(answer.why)) return 'refused';
  throw new Error(`sbatch: ${answer.why}`);
}
