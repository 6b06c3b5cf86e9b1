import { agentModeSchema } from '@keystone/shared/contracts/agent.ts';
import { systemClock } from '../clock/clock.ts';
import { openAgent } from '../engine/agent.ts';
import { logEvents } from '../log/log-events.ts';
import { createLog } from '../log/log.ts';
import type { Scheduler } from '../schedulers/scheduler.ts';
import { SchedulerUnavailable } from '../schedulers/scheduler-errors.ts';
import { lockInstance } from '../state/instance-lock.ts';
import { nodeDisk } from '../state/node-disk.ts';
import { readEnrolment } from '../state/state-folder.ts';
import { iotTransport } from '../transport/iot-transport.ts';
import { agentVersion } from './agent-version.ts';
import {
  COMMON_HELP,
  commonOptions,
  readOptions,
  stateFolderOf,
  UsageError,
  type Command,
  type Output,
} from './command-line.ts';
import { openScheduler, type SchedulerOpener } from './open-scheduler.ts';

const options = { ...commonOptions, mode: { type: 'string', default: 'observe' } } as const;

/** The command, on the scheduler that `open` gives. */
export function runCommand(open: SchedulerOpener): Command {
  return {
    summary: 'runs the agent until it is told to end',
    help: `keystone-agent run [--mode observe|enforce] [options]

Keeps the scheduler as the cloud's policy says, and sends finished runs to the ledger. It runs on without the cloud.

  --mode MODE        observe (default) says what it would do and writes nothing to the scheduler;
                     enforce writes, and refuses where the scheduler would not stop jobs at limits
${COMMON_HELP}`,
    async run(args, output, env) {
      const values = readOptions(args, options);
      const mode = agentModeSchema.safeParse(values.mode);
      if (!mode.success) throw new UsageError(`--mode ${values.mode} is neither observe nor enforce`);
      const folder = stateFolderOf(values, env);
      const disk = nodeDisk(folder);
      const { config, key, certificate, brokerCa } = await readEnrolment(disk);
      const unlock = await lockInstance(folder);
      let scheduler: Scheduler | undefined;
      try {
        scheduler = await open(config.scheduler, env);
        if (mode.data === 'enforce' && (await cannotEnforce(scheduler, output))) return 1;
        const { endpoint, thing: clientId } = config;
        const log = createLog(output.error, () => systemClock.now());
        const agent = await openAgent({
          config,
          mode: mode.data,
          version: await agentVersion(),
          disk,
          clock: systemClock,
          random: Math.random,
          scheduler,
          transport: iotTransport({ ...endpoint, clientId, certificate, key, ca: brokerCa }, systemClock),
          log,
        });
        agent.start();
        log.info(logEvents.started, { mode: mode.data, thing: clientId, folder });
        const signal = await endSignal();
        log.info(logEvents.stopping, { signal });
        await agent.stop();
        log.info(logEvents.stopped);
        return 0;
      } finally {
        await scheduler?.close?.();
        await unlock();
      }
    },
  };
}

export const run = runCommand(openScheduler);

/** A scheduler that is away says nothing; the agent asks it again before it writes. */
async function cannotEnforce(scheduler: Scheduler, { error }: Output): Promise<boolean> {
  try {
    const { canEnforce, problems } = await scheduler.describe();
    if (canEnforce) return false;
    error('keystone-agent: the scheduler would not stop jobs at limits, so --mode enforce is refused:');
    for (const { code, detail } of problems) error(`  ${code}: ${detail}`);
    return true;
  } catch (unavailable) {
    if (unavailable instanceof SchedulerUnavailable) return false;
    throw unavailable;
  }
}

function endSignal(): Promise<string> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve(signal));
  });
}
