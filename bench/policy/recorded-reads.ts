import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { Agent, request } from 'node:http';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import * as z from 'zod';

const requestSchema = z.object({
  headers: z.record(z.string(), z.string()),
  body: z.union([z.string(), z.instanceof(Uint8Array)]),
});
type Recorded = z.infer<typeof requestSchema>;

const reading = new Set(['QueryCommand', 'GetItemCommand', 'BatchGetItemCommand']);

/** As many as an SDK's client has. */
const CONNECTIONS = 50;

/** Reads that went through a client, as they went out, to be made again with nothing around them. */
export class RecordedReads {
  #recorded: Recorded[] = [];

  constructor(client: DynamoDBClient) {
    client.middlewareStack.add(
      (next, context) => (args) => {
        if (reading.has(String(context['commandName'])))
          this.#recorded.push(requestSchema.parse(args.request));
        return next(args);
      },
      { step: 'finalizeRequest', priority: 'low' },
    );
  }

  /** Those to come are others. */
  forget(): void {
    this.#recorded = [];
  }

  /** Makes them all again, as many at a time as the client would; the answers are taken and dropped. */
  async repeat(endpoint: string): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });
    try {
      await mapBounded(this.#recorded, CONNECTIONS, (recorded) => send(endpoint, agent, recorded));
    } finally {
      agent.destroy();
    }
  }
}

function send(endpoint: string, agent: Agent, { headers, body }: Recorded): Promise<void> {
  return new Promise((resolve, reject) => {
    const call = request(endpoint, { method: 'POST', agent, headers }, (response) => {
      response.resume().on('end', () => {
        if (response.statusCode === 200) resolve();
        else reject(new Error(`the store answered ${response.statusCode} to a read that it had answered`));
      });
      response.on('error', reject);
    });
    call.on('error', reject).end(body);
  });
}
