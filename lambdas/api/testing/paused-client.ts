import { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** A client of the same store, where something happens before each command of a name is sent. */
export function pausedClient(
  client: DynamoDBClient,
  command: 'TransactWriteItemsCommand' | 'UpdateItemCommand' | 'GetItemCommand',
  before: () => Promise<void>,
): DynamoDBClient {
  const { endpoint, credentials, region } = client.config;
  const paused = new DynamoDBClient({
    ...(endpoint && { endpoint }),
    credentials,
    region,
    maxAttempts: 1,
  });
  paused.middlewareStack.add(
    (handle, context) => async (args) => {
      if (context['commandName'] === command) await before();
      return handle(args);
    },
    { step: 'initialize' },
  );
  return paused;
}
