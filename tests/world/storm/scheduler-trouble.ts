import type { Change } from '@keystone/agent/schedulers/scheduler.ts';
import { oddEvent } from '../cluster/job-script.ts';
import type { WorldCluster } from '../cluster/world-cluster.ts';
import type { Stream } from '../core/chance.ts';
import type { World } from '../world.ts';

const MINUTE = 60_000;

export function troubleScheduler({ weather, time, journal }: World, cluster: WorldCluster): void {
  const { scheduler, chance, thing } = cluster;
  weather.recurs('jobs-odd', 0.7, () => void scheduler.perform(oddEvent(chance, scheduler.state)));
  weather.recurs('rows-change', 9, () => {
    const lost = chance.happens(0.5) && scheduler.perform({ kind: 'lose-state' }).done;
    const changed = lost ? undefined : scheduler.changeFinishedRow();
    journal.note(thing, () =>
      lost ? 'slurmctld lost its state' : `the row of ${changed?.jobIdRaw} changed`,
    );
  });
  weather.recurs('scheduler-away', 25, () => {
    const part = chance.pick(['accounts', 'queue'] as const);
    if (!scheduler.perform({ kind: 'take-away', part }).done) return;
    journal.note(thing, () => `the scheduler's ${part} are away`);
    time.after(chance.span(4 * MINUTE, 1), () => void scheduler.perform({ kind: 'bring-back', part }));
  });
  weather.recurs('hand-drift', 15, () => drift(cluster, chance));
}

/** Somebody changes by hand what the agent had set. */
function drift({ scheduler }: WorldCluster, chance: Stream): void {
  const account = chance.any([...scheduler.state.accounts.keys()].filter((name) => name !== 'root'));
  if (account === undefined) return;
  const user = chance.any([...(scheduler.state.accounts.get(account)?.members.keys() ?? [])]) ?? 'nobody';
  const changes: readonly [Change, ...Change[]] = [
    { kind: 'set-limit', account, limitMinutes: chance.pick([0, 10, 1_000_000]) },
    { kind: 'lock', account },
    { kind: 'unlock', account },
    { kind: 'block-member', account, user },
    { kind: 'remove-member', account, user, defaultAccount: null },
    { kind: 'add-member', account, user: 'stranger' },
  ];
  scheduler.perform({ kind: 'change', change: chance.pick(changes) });
}
