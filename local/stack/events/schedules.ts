import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { Cron } from 'croner';
import * as z from 'zod';
import type { Deployment } from '../../template/deployment.ts';
import { parseSchedule } from './schedule-expression.ts';

export interface ScheduleSpec {
  name: string;
  expression: string;
  zone: string;
  functionArn: string;
  input: unknown;
}

const scheduleSchema = z.object({
  Name: z.string(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default('UTC'),
  Target: z.object({ Arn: z.string(), Input: z.string().optional() }),
});

export function readSchedules(deployment: Deployment): ScheduleSpec[] {
  return deployment.ofType('AWS::Scheduler::Schedule', scheduleSchema).map(({ parsed }) => ({
    name: parsed.Name,
    expression: parsed.ScheduleExpression,
    zone: parsed.ScheduleExpressionTimezone,
    functionArn: parsed.Target.Arn,
    input: parsed.Target.Input === undefined ? {} : JSON.parse(parsed.Target.Input),
  }));
}

export interface SchedulesOptions {
  specs: readonly ScheduleSpec[];
  /** Remembers when each schedule last ran, so that one missed while the stack was down runs at the next start. */
  file: string;
  invoke: (functionArn: string, event: unknown) => Promise<unknown>;
  log: (line: string) => void;
}

const lastRunsSchema = z.record(z.string(), z.iso.datetime());

/** Starts the template's schedules. @returns ends them and waits for the tasks that run */
export function startSchedules({ specs, file, invoke, log }: SchedulesOptions): () => Promise<void> {
  const lastRuns = readLastRuns(file);
  const running = new Set<Promise<void>>();
  const fire = (spec: ScheduleSpec) => {
    lastRuns[spec.name] = new Date().toISOString();
    writeFileSync(`${file}.new`, JSON.stringify(lastRuns));
    renameSync(`${file}.new`, file);
    const task = invoke(spec.functionArn, spec.input).then(
      () => undefined,
      (error: unknown) => log(`schedule ${spec.name}: ${String(error)}`),
    );
    running.add(task);
    void task.then(() => running.delete(task));
  };
  const jobs = specs.map((spec) => startOne(spec, lastRuns[spec.name], () => fire(spec)));
  return async () => {
    for (const stop of jobs) stop();
    await Promise.all(running);
  };
}

function startOne(spec: ScheduleSpec, lastRun: string | undefined, fire: () => void): () => void {
  const schedule = parseSchedule(spec.expression);
  if (schedule.kind === 'rate') {
    const timer = setInterval(fire, schedule.seconds * 1000);
    return () => clearInterval(timer);
  }
  const job = new Cron(schedule.pattern, { timezone: spec.zone }, fire);
  const due = lastRun === undefined ? undefined : job.nextRun(new Date(lastRun));
  if (due && due.getTime() <= Date.now()) fire();
  return () => job.stop();
}

function readLastRuns(file: string): Record<string, string> {
  try {
    return lastRunsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch {
    // Without a record nothing was missed; the file is written at the first run.
    return {};
  }
}
