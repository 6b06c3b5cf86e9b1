import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

export interface ReadMeter {
  /** Read units that the client has used since. */
  units: number;
}

interface Pace {
  /** Read units in a second, at most. */
  mostUnits: number;
  now(): Date;
  pause(milliseconds: number): Promise<void>;
}

const inputSchema = z.looseObject({});
const one = z.object({ CapacityUnits: z.number() });
const outputSchema = z.object({ ConsumedCapacity: z.union([one.transform((used) => [used]), z.array(one)]) });

/**
 * Counts the read units of every call of a client, and holds calls back so that they stay under a rate. DynamoDB says
 * what a call cost only afterwards, so each call waits for what those before it used.
 */
export function meterReads(client: DynamoDBClient, { mostUnits, now, pause }: Pace): ReadMeter {
  const meter = { units: 0 };
  let free = 0;
  client.middlewareStack.add(
    (handle) => async (args) => {
      const wait = free - now().getTime();
      if (wait > 0) await pause(wait);
      const input = { ...inputSchema.parse(args.input), ReturnConsumedCapacity: 'TOTAL' };
      const answer = await handle({ ...args, input: Object.assign(args.input, input) });
      const used = outputSchema.safeParse(answer.output).data?.ConsumedCapacity ?? [];
      const units = used.reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
      meter.units += units;
      free = Math.max(free, now().getTime()) + (units / mostUnits) * 1000;
      return answer;
    },
    { step: 'initialize', name: 'metered-reads', override: true },
  );
  return meter;
}
