import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** Stands between a client and its store: performs a call, or doesn't, or keeps its answer. */
export type Tap = <T>(command: string, perform: () => Promise<T>) => Promise<T>;

/** A client of the same store whose calls go through a tap. It repeats nothing by itself. */
export function tappedClient(client: DynamoDBClient, tap: Tap): DynamoDBClient {
  const { endpoint, credentials, region } = client.config;
  const tapped = new DynamoDBClient({
    ...(endpoint && { endpoint }),
    credentials,
    region,
    maxAttempts: 1,
  });
  tapped.middlewareStack.add(
    (handle, context) => (args) => tap(String(context['commandName']), () => handle(args)),
    { step: 'initialize' },
  );
  return tapped;
}
