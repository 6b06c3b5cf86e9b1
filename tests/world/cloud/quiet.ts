import type { InvocationLog } from '@keystone/lambdas/runtime/logger.ts';
import type { Meter } from '@keystone/lambdas/runtime/metrics.ts';
import type { Journal } from '../core/journal.ts';

/** A log whose lines become part of the story. */
export function quietLog(journal: Journal, who: string): InvocationLog {
  const line = (event: string, details: Record<string, unknown> = {}): void => {
    journal.note(who, () => `${event} ${short(details)}`);
  };
  return { info: line, warn: line, error: line, note: () => undefined, forget: () => undefined };
}

const short = (details: Record<string, unknown>) =>
  JSON.stringify(details, (name, value: unknown) => (name === 'stack' ? undefined : value)).slice(0, 300);

export const quietMeter: Meter = { count: () => undefined, flush: () => undefined };
