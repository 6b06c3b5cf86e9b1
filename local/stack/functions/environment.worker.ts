import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parentPort, workerData } from 'node:worker_threads';
import * as z from 'zod';
import type { OutcomeMessage } from './environment-messages.ts';

/** A function's execution environment: loads the bundle once, then handles one event at a time, as Lambda does. */
const data = z
  .object({
    file: z.string(),
    exported: z.string(),
    functionName: z.string(),
    functionArn: z.string(),
    memoryMb: z.number(),
  })
  .parse(workerData);
const messageSchema = z.object({ id: z.string(), event: z.unknown(), deadline: z.number() });
const port = parentPort;
if (!port) throw new Error('this file runs as a worker thread');

const loaded: Record<string, unknown> = await import(pathToFileURL(join(data.file)).href);
const handler = loaded[data.exported];
if (typeof handler !== 'function') throw new Error(`${data.file} exports no function ${data.exported}`);

const contextFor = (id: string, deadline: number) => ({
  awsRequestId: id,
  functionName: data.functionName,
  functionVersion: '$LATEST',
  invokedFunctionArn: data.functionArn,
  memoryLimitInMB: String(data.memoryMb),
  logGroupName: `/aws/lambda/${data.functionName}`,
  logStreamName: 'local',
  callbackWaitsForEmptyEventLoop: true,
  getRemainingTimeInMillis: () => Math.max(0, deadline - Date.now()),
});

port.on('message', (message: unknown) => {
  const { id, event, deadline } = messageSchema.parse(message);
  const answer = (outcome: OutcomeMessage) => port.postMessage(outcome);
  Promise.resolve()
    .then((): unknown => Reflect.apply(handler, undefined, [event, contextFor(id, deadline)]))
    // What a function returns travels as JSON, so undefined fields and dates arrive as AWS would deliver them.
    .then((result) =>
      answer({ id, ok: true, result: result === undefined ? null : JSON.parse(JSON.stringify(result)) }),
    )
    .catch((error: unknown) => {
      const shown = error instanceof Error ? error : new Error(String(error));
      answer({ id, ok: false, error: `${shown.name}: ${shown.message}`, stack: shown.stack ?? '' });
    });
});
port.postMessage({ ready: true });
