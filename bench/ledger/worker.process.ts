import { pathToFileURL } from 'node:url';
import * as z from 'zod';

/** The ledger function as it deploys, alone in a process: answers each batch of messages, and how much memory it holds. */
const bundle = z.string().parse(process.argv[2]);
const batchSchema = z.object({
  records: z.array(z.object({ messageId: z.string(), body: z.string() })),
  weigh: z.boolean(),
});
const failuresSchema = z.object({ batchItemFailures: z.array(z.object({ itemIdentifier: z.string() })) });

const loaded: Record<string, unknown> = await import(pathToFileURL(bundle).href);
const handler = loaded['handler'];
if (typeof handler !== 'function') throw new Error(`${bundle} exports no handler`);

async function answer(message: unknown): Promise<void> {
  const { records, weigh } = batchSchema.parse(message);
  const result: unknown = await Reflect.apply(Object(handler), undefined, [{ Records: records }]);
  const failed = failuresSchema.parse(result).batchItemFailures.length;
  if (weigh) globalThis.gc?.();
  const { rss, heapUsed } = process.memoryUsage();
  process.send?.({ failed, ...(weigh && { rss, heapUsed }) });
}

process.on('message', (message) => void answer(message));
process.send?.({ ready: true });
