import { nextJob } from '../cluster/job-script.ts';
import type { WorldCluster } from '../cluster/world-cluster.ts';
import type { World } from '../world.ts';

/** People send jobs in bursts; those that a scheduler refuses at the door are sent again as others. */
export function sendJobs(
  { time, chance, plan, people }: World,
  { id, scheduler }: WorldCluster,
  until: number,
): void {
  const jobs = chance.of(`jobs ${id}`);
  const accounts = people?.teams.map(({ slug }) => slug) ?? [];
  const names = ['user0', 'user1', 'user2', 'user3'];
  let left = Math.ceil(plan.jobs / plan.clusters);
  const step = (until - time.now) / (left * 1.2);
  const next = (): void => {
    if (time.now >= until || left <= 0) return;
    const burst = jobs.happens(0.05) ? jobs.whole(5, 30) : 1;
    for (let count = 0; count < burst && left > 0; count += 1) {
      const job = nextJob(jobs, { accounts, people: names });
      if (scheduler.perform({ kind: 'submit', job }).done) left -= job.tasks ?? 1;
    }
    time.after(-Math.log(1 - jobs.next()) * step, next);
  };
  next();
}
