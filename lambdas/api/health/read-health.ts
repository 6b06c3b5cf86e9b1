import type * as z from 'zod';
import type { healthSchema } from '@keystone/shared/contracts/rest/health.ts';
import { readItem } from '@keystone/shared/store/table/control-reader.ts';
import { errorDetails } from '../../runtime/logger.ts';
import type { ApiDependencies } from '../dependencies.ts';
import type { Reply } from '../http/reply.ts';
import { logEvents } from '../log-events.ts';

/** Any key does: that the table answers is the question. */
const PROBE = { pk: 'HEALTH', sk: 'A' };

/** Whether the parts that every call needs answer. Anyone may ask, so it says no more than that. */
export async function readHealth({ control, ledger, log }: ApiDependencies): Promise<Reply> {
  const probe = async (part: string, table: typeof control): Promise<[string, 'up' | 'down']> => {
    try {
      await readItem(table, PROBE);
      return [part, 'up'];
    } catch (error) {
      log.error(logEvents.partDown, { part, ...errorDetails(error) });
      return [part, 'down'];
    }
  };
  const parts = await Promise.all([probe('control', control), probe('ledger', ledger)]);
  const up = parts.every(([, state]) => state === 'up');
  const body: z.infer<typeof healthSchema> = {
    status: up ? 'up' : 'down',
    parts: Object.fromEntries(parts),
  };
  return { status: up ? 200 : 500, body };
}
