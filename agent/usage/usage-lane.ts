import { seconds, type Clock } from '../clock/clock.ts';
import type { JobQueue, Scheduler } from '../schedulers/scheduler.ts';
import type { Spool } from '../spool/spool.ts';
import type { Accounting } from './accounting.ts';
import type { JobWatch } from './job-watch.ts';
import type { TaskLane } from '../engine/task-lane.ts';

const QUEUE_MS = 5_000;
const ACCOUNTING_MS = 60_000;
const RESCAN_STEP_MS = 2_000;

/** A queue that could not be read for so long was no hiccup. */
const OUTAGE_MS = 180_000;

/** The row of a run shows a few seconds after its end; a read that takes long is repeated less often. */
const QUICK_STEP_MS = 1_000;
const QUICK_SHARE = 3;

export interface UsageLaneDeps {
  lane: TaskLane;
  clock: Clock;
  scheduler: Pick<Scheduler, 'queue'>;
  watch: JobWatch;
  accounting: Accounting;
  spool: Spool;
  /** The reading has reached the present, while rows are read again or not. */
  onReachedPresent: (isRescanning: boolean) => Promise<void>;
  /** All that ended is known, after it was not. */
  onCaughtUp: () => void;
}

/** Adds what reads usage: the queue every 5 s, rows of jobs that left it at once, all rows each minute, a month each day. */
export function addUsageTasks(deps: UsageLaneDeps): void {
  const { lane, scheduler, clock } = deps;
  let awaySince: number | undefined;
  lane.add({ name: 'accounting', run: () => readAccounting(deps) }, true);
  lane.add(
    {
      name: 'queue',
      async run() {
        // Not the time since the last look: a task that takes long before this one is no outage.
        awaySince ??= clock.monotonic();
        const queue = await scheduler.queue();
        // While the scheduler was away, rows piled up in it; they come late.
        if (clock.monotonic() - awaySince > OUTAGE_MS) beginRescan(deps);
        awaySince = undefined;
        takeLook(deps, queue);
        return QUEUE_MS;
      },
    },
    true,
  );
  lane.add({ name: 'ended', run: () => readEnded(deps) }, false);
  lane.add(
    { name: 'rescan', run: async () => ((await deps.accounting.rescanOn()) ? RESCAN_STEP_MS : null) },
    false,
  );
}

/** Takes one look at the queue; rows of jobs that ended since the last one are looked for at once. */
export function takeLook(
  { lane, clock, watch, spool }: Pick<UsageLaneDeps, 'lane' | 'clock' | 'watch' | 'spool'>,
  queue: JobQueue,
): void {
  const at = { monotonic: clock.monotonic(), seconds: seconds(clock) };
  if (watch.look(queue, at, (id) => spool.lastEnd(id))) lane.wake('ended');
}

async function readAccounting(deps: UsageLaneDeps): Promise<number> {
  const { clock, watch, accounting, onReachedPresent, onCaughtUp } = deps;
  const before = accounting.isWhole;
  const began = clock.monotonic();
  if (accounting.rescanIsDue()) beginRescan(deps);
  if (!(await accounting.readOn())) return 0;
  watch.allRowsRead(began, accounting.unbrokenSince ?? began);
  await onReachedPresent(accounting.isRescanning);
  if (!before && accounting.isWhole) onCaughtUp();
  return ACCOUNTING_MS;
}

function beginRescan({ lane, accounting }: UsageLaneDeps): void {
  accounting.beginRescan();
  lane.wake('rescan', RESCAN_STEP_MS);
}

async function readEnded({ clock, watch, accounting }: UsageLaneDeps): Promise<number | null> {
  const began = clock.monotonic();
  const from = watch.quickFrom(began);
  if (from === undefined) return null;
  await accounting.readLately(from);
  const now = clock.monotonic();
  return watch.quickFrom(now) === undefined ? null : Math.max(QUICK_STEP_MS, (now - began) * QUICK_SHARE);
}
