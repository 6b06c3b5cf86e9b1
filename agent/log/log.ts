import type { LogEvent } from './log-events.ts';

type Field = string | number | boolean | null | undefined | readonly (string | number)[];
export type LogFields = Record<string, Field>;

/** Ids and figures only: a log line never holds a payload, a key or a token. */
export interface Log {
  info(event: LogEvent, fields?: LogFields): void;
  warn(event: LogEvent, fields?: LogFields): void;
  error(event: LogEvent, fields?: LogFields): void;
}

/** One JSON line an event. */
export function createLog(write: (line: string) => void, now: () => number): Log {
  const line =
    (level: string) =>
    (event: LogEvent, fields: LogFields = {}): void =>
      write(`${JSON.stringify({ at: new Date(now()).toISOString(), level, event, ...fields })}\n`);
  return { info: line('info'), warn: line('warn'), error: line('error') };
}

/** What an error says, on one line and cut short. */
export function reasonOf(error: unknown): string {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return text.replace(/\s+/g, ' ').slice(0, 300);
}
