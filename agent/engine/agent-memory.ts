import { seconds } from '../clock/clock.ts';
import { logEvents } from '../log/log-events.ts';
import { PolicyStore } from '../policy/policy-store.ts';
import { Spool } from '../spool/spool.ts';
import { CatchingUp } from '../usage/catching-up.ts';
import type { AgentDeps } from './agent-deps.ts';

/** What the agent keeps on disk. */
export interface AgentMemory {
  store: PolicyStore;
  spool: Spool;
  catchingUp: CatchingUp;
  /** Files that were unreadable. */
  damaged: string[];
}

/** A clock that says later than 2100 is wrong, and numbers once given are never taken back. */
const LAST_CLOCK = 4_102_444_800;

/**
 * Opens policy and spool, and repairs what a crash left. New segments are numbered from the second of the start on: more of them
 * than one a second are not made for long, so a number is not given twice where the machine was set back to a snapshot.
 */
export async function openMemory({ disk, config, clock, log, spoolSizes }: AgentDeps): Promise<AgentMemory> {
  const { store, damaged } = await PolicyStore.open(disk);
  const { spool, repairs } = await Spool.open({
    ...spoolSizes,
    disk,
    zone: config.zone,
    epoch: config.epoch,
    numbersFrom: Math.min(seconds(clock), LAST_CLOCK),
    now: () => seconds(clock),
    onDamage: ({ file, bytes }) => log.warn(logEvents.spoolRepaired, { file, bytes }),
  });
  // What was cut off may have been more than a torn write: all rows are read once more.
  if (repairs.length > 0) await spool.rescanAnew();
  return { store, spool, catchingUp: await CatchingUp.open(disk, spool), damaged };
}
