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

/** Opens policy and spool, and repairs what a crash left. */
export async function openMemory({ disk, config, clock, log, spoolSizes }: AgentDeps): Promise<AgentMemory> {
  const { store, damaged } = await PolicyStore.open(disk);
  const { spool, repairs } = await Spool.open({
    ...spoolSizes,
    disk,
    zone: config.zone,
    epoch: config.epoch,
    now: () => seconds(clock),
    onDamage: ({ file, bytes }) => log.warn(logEvents.spoolRepaired, { file, bytes }),
  });
  // What was cut off may have been more than a torn write: all rows are read once more.
  if (repairs.length > 0) await spool.rescanAnew();
  return { store, spool, catchingUp: await CatchingUp.open(disk, spool), damaged };
}
