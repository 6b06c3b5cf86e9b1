import { balanceOf } from '../../support/centre.ts';
import type { FaultKind } from './faults/fault-kinds.ts';
import { soakAccounts, type SoakSite } from './soak-site.ts';

export interface MinuteLine {
  readonly type: 'minute';
  readonly minute: number;
  /** Stories of jobs that were begun. */
  readonly submitted: number;
  /** Runs in the ledger; null while the cloud is away. */
  readonly charged: number | null;
  /** Jobs in the queue, tasks of arrays apart; null while the controller is away. */
  readonly running: number | null;
  readonly waiting: number | null;
  readonly fault: FaultKind | null;
}

/** How things stand, as far as it can be asked. */
export async function minuteLine(
  { lab, staff, cluster }: SoakSite,
  about: { minute: number; submitted: number; fault: FaultKind | null },
): Promise<MinuteLine> {
  const queue = await lab.run('squeue', ['-har', '-o', '%T']).catch(() => undefined);
  const inState = (state: string): number | null =>
    queue?.code === 0 ? queue.stdout.split('\n').filter((line) => line === state).length : null;
  const charged = await Promise.all(
    soakAccounts.map(async ({ name }) => (await balanceOf(staff, cluster, name))?.jobs ?? 0),
  ).then(
    (jobs) => jobs.reduce((sum, count) => sum + count, 0),
    () => null,
  );
  return { type: 'minute', ...about, charged, running: inState('RUNNING'), waiting: inState('PENDING') };
}
