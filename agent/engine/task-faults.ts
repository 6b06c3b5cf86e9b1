import type { AgentProblem } from '@keystone/shared/contracts/agent.ts';
import { logEvents } from '../log/log-events.ts';
import { reasonOf, type Log } from '../log/log.ts';
import {
  SchedulerAnswerUnreadable,
  SchedulerRefused,
  SchedulerUnavailable,
} from '../schedulers/scheduler-errors.ts';
import { SpoolUnwritable } from '../usage/accounting.ts';
import type { Problems } from './problems.ts';

/** Logs a task that failed, the first time, and keeps the problem until the task succeeds. */
export function taskFaults(problems: Problems, log: Log) {
  const failing = new Set<string>();
  return {
    onFailure(task: string, error: unknown, failures: number): void {
      const problem = problemOf(error);
      problems.set(`task ${task}`, [problem]);
      failing.add(task);
      const reason = error instanceof SpoolUnwritable ? reasonOf(error.cause) : reasonOf(error);
      if (failures === 1) log.error(eventOf(error), { task, reason });
    },
    onSuccess(task: string): void {
      if (!failing.delete(task)) return;
      problems.clear(`task ${task}`);
      log.info(logEvents.taskRecovered, { task });
    },
  };
}

function eventOf(error: unknown) {
  if (error instanceof SchedulerUnavailable) return logEvents.schedulerAway;
  if (error instanceof SpoolUnwritable) return logEvents.spoolWriteFailed;
  return logEvents.taskFailed;
}

function problemOf(error: unknown): AgentProblem {
  const detail = reasonOf(error);
  if (error instanceof SchedulerUnavailable) return { code: 'scheduler-away', detail };
  if (error instanceof SchedulerAnswerUnreadable) return { code: 'scheduler-unreadable', detail };
  if (error instanceof SchedulerRefused) return { code: 'scheduler-refused', detail };
  if (error instanceof SpoolUnwritable)
    return {
      code: 'spool-unwritable',
      detail: `usage is not read until the spool can be written again: ${reasonOf(error.cause)}`,
    };
  return { code: 'agent-fault', detail };
}
