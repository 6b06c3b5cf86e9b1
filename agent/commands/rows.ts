import { once } from 'node:events';
import type { SchedulerRowsLine } from '@keystone/shared/contracts/scheduler-rows.ts';
import { daySchema } from '@keystone/shared/contracts/primitives.ts';
import { addDays, dayOf, daysBetween, startOfDay, type Day } from '@keystone/shared/domain/calendar.ts';
import { seconds, systemClock } from '../clock/clock.ts';
import type { Scheduler } from '../schedulers/scheduler.ts';
import { nodeDisk } from '../state/node-disk.ts';
import { readOnly } from '../state/read-only-disk.ts';
import { readEnrolment } from '../state/state-folder.ts';
import {
  COMMON_HELP,
  commonOptions,
  readOptions,
  stateFolderOf,
  UsageError,
  type Command,
} from './command-line.ts';
import { lookAtScheduler } from './open-scheduler.ts';

const options = { ...commonOptions, from: { type: 'string' }, to: { type: 'string' } } as const;

export const rows: Command = {
  summary: 'prints the finished runs of days as the scheduler has them',
  help: `keystone-agent rows --from DAY [--to DAY] [options]

Prints JSON lines for npm run ledger:reconcile, which compares them with the ledger. It reads the scheduler alone, writes
nothing, and may run beside the agent.

  --from DAY         first day, YYYY-MM-DD, of the deployment's zone; a run belongs to the day on which it ended
  --to DAY           last day (default the first)
${COMMON_HELP}`,
  async run(args, { out }, env) {
    const values = readOptions(args, options);
    const from = dayIn('--from', values.from);
    const to = dayIn('--to', values.to ?? values.from);
    if (to < from) throw new UsageError(`--to ${to} lies before --from ${from}`);
    const { config } = await readEnrolment(readOnly(nodeDisk(stateFolderOf(values, env))));
    const { zone } = config;
    const { id, name } = config.cluster;
    const scheduler = await lookAtScheduler(config.scheduler, env);
    const print = async (line: SchedulerRowsLine) => {
      out(JSON.stringify(line));
      // A month of rows is more than a slow reader takes at once.
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    };
    const at = new Date(systemClock.now()).toISOString();
    await print({ line: 'rows', v: 1, cluster: { id, name }, zone, from, to, at });
    let all = 0;
    for (const day of daysBetween(from, to))
      all += await printDay(scheduler, day, { zone, now: seconds(systemClock), print });
    await print({ line: 'end', rows: all });
    await scheduler.close?.();
    return 0;
  },
};

interface Printing {
  zone: string;
  now: number;
  print(line: SchedulerRowsLine): Promise<void>;
}

/** A run whose row is not whole yet is told with what ended a little later. */
const BEYOND_SECONDS = 900;

async function printDay(scheduler: Scheduler, day: Day, { zone, now, print }: Printing): Promise<number> {
  const from = startOfDay(day, zone);
  const to = Math.min(startOfDay(addDays(day, 1), zone) + BEYOND_SECONDS, now);
  const count = { rows: 0, unreadable: 0 };
  if (from < to)
    for await (const { runs, unreadable } of scheduler.finishedRuns(from, to)) {
      for (const record of runs) {
        if (dayOf(record.end, zone) !== day) continue;
        count.rows += 1;
        await print({ line: 'row', record });
      }
      for (const row of unreadable) {
        count.unreadable += 1;
        await print({ line: 'unreadable', row });
      }
    }
  await print({ line: 'day', day, ...count });
  return count.rows;
}

function dayIn(option: string, text: string | undefined): Day {
  const day = daySchema.safeParse(text);
  if (!day.success) throw new UsageError(`${option} wants a day, YYYY-MM-DD`);
  return day.data;
}
