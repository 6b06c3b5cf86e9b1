import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';

/** Request units of a table and its indexes, and the calls that took them. */
export interface Units {
  reads: number;
  writes: number;
  calls: number;
}

const capacitySchema = z.object({ CapacityUnits: z.number() });
const outputSchema = z.object({
  ConsumedCapacity: z.union([capacitySchema, z.array(capacitySchema)]).optional(),
});

const writing = new Set([
  'PutItemCommand',
  'UpdateItemCommand',
  'DeleteItemCommand',
  'BatchWriteItemCommand',
  'TransactWriteItemsCommand',
]);

/** A client of the same store that adds up what the store says each call consumed (`ReturnConsumedCapacity`). */
export class MeteredClient {
  readonly client: DynamoDBClient;
  #units: Units = { reads: 0, writes: 0, calls: 0 };

  constructor(store: DynamoDBClient) {
    const { endpoint, credentials, region } = store.config;
    this.client = new DynamoDBClient({ ...(endpoint && { endpoint }), credentials, region, maxAttempts: 1 });
    this.client.middlewareStack.add(
      (next, context) => async (args) => {
        const input = { ...args.input, ReturnConsumedCapacity: 'TOTAL' as const };
        const result = await next({ ...args, input });
        this.#count(String(context['commandName']), result.output);
        return result;
      },
      { step: 'initialize' },
    );
  }

  /** What was consumed since the last time. */
  take(): Units {
    const taken = this.#units;
    this.#units = { reads: 0, writes: 0, calls: 0 };
    return taken;
  }

  #count(command: string, output: unknown): void {
    const { ConsumedCapacity } = outputSchema.parse(output);
    if (ConsumedCapacity === undefined) throw new Error(`the store does not say what ${command} consumed`);
    const units = [ConsumedCapacity].flat().reduce((sum, { CapacityUnits }) => sum + CapacityUnits, 0);
    this.#units.calls += 1;
    this.#units[writing.has(command) ? 'writes' : 'reads'] += units;
  }
}
