import { Logger } from '@aws-lambda-powertools/logger';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';

/** Structured log lines: a constant that names the event, and its ids. Never payloads, tokens or personal data. */
export interface Log {
  info(event: string, details?: Record<string, unknown>): void;
  warn(event: string, details?: Record<string, unknown>): void;
  error(event: string, details?: Record<string, unknown>): void;
}

/** A log whose later lines of the same invocation carry what was noted. */
export interface InvocationLog extends Log {
  note(keys: Record<string, unknown>): void;
  forget(): void;
}

/** The log of a function. */
export function logFor(name: FunctionName, stage: string): InvocationLog {
  const logger = new Logger({ serviceName: name, persistentKeys: { stage } });
  return {
    info: (event, details = {}) => logger.info(event, details),
    warn: (event, details = {}) => logger.warn(event, details),
    error: (event, details = {}) => logger.error(event, details),
    note: (keys) => logger.appendKeys(keys),
    forget: () => logger.resetKeys(),
  };
}

/** What a log line tells of an error: its name, message and stack, and those of its cause. */
export function errorDetails(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: String(error) };
  const { name, message, stack, cause } = error;
  return { error: { name, message, stack, ...(cause !== undefined && { cause: errorDetails(cause) }) } };
}
