import type { AgentMode } from '@keystone/shared/contracts/agent.ts';
import type { Clock, Random } from '../clock/clock.ts';
import type { Log } from '../log/log.ts';
import type { Scheduler } from '../schedulers/scheduler.ts';
import type { SpoolSizes } from '../spool/spool-options.ts';
import type { AgentConfig } from '../state/agent-config.ts';
import type { Disk } from '../state/disk.ts';
import type { Transport } from '../transport/transport.ts';

/** Everything that the agent reaches outside itself; a simulation gives its own. */
export interface AgentDeps {
  config: AgentConfig;
  /** `observe` writes nothing to the scheduler. */
  mode: AgentMode;
  version: string;
  disk: Disk;
  clock: Clock;
  random: Random;
  scheduler: Scheduler;
  transport: Transport;
  log: Log;
  /** Smaller than the product's where files should turn over often. */
  spoolSizes?: SpoolSizes;
}
