import type { Actor } from './audit.ts';
import { ConflictError } from '../table/errors.ts';
import type { OutboxEntry } from './outbox.ts';
import type { ControlTable } from '../table/tables.ts';
import { UnitOfWork, type Sources } from './unit-of-work.ts';

export interface RunOptions {
  table: ControlTable;
  actor: Actor;
  sources: Sources;
  /** Waits before the next attempt. */
  pause(milliseconds: number): Promise<void>;
  random(): number;
}

const MAX_ATTEMPTS = 8;

/**
 * Runs a use case in a unit of work and commits it; on a conflict runs it again from its reads, so that it decides on
 * what is true then.
 *
 * @param work reads and writes through the unit of work; may run several times, so it has no other effects
 * @returns what `work` returned, and the outbox entry to send
 * @throws ConflictError after 8 attempts; what `work` throws
 */
export async function runUnitOfWork<T>(
  options: RunOptions,
  work: (uow: UnitOfWork) => Promise<T>,
): Promise<{ result: T; outbox: OutboxEntry | undefined }> {
  for (let attempt = 1; ; attempt++) {
    const uow = new UnitOfWork(options.table, options.actor, options.sources);
    try {
      const result = await work(uow);
      return { result, outbox: await uow.commit() };
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
      await options.pause(options.random() * 20 * 2 ** attempt);
    }
  }
}
