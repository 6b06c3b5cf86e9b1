import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { describe, expect, it } from '@jest/globals';
import { newDynamoDbClient } from './clients.ts';

const copiesForALogger = (client: DynamoDBClient) =>
  client.middlewareStack.identify().some((middleware) => middleware.startsWith('loggerMiddleware'));

describe("the functions' DynamoDB client", () => {
  it('does not copy what it sends and reads for a logger', () => {
    expect(copiesForALogger(new DynamoDBClient({ region: 'eu-west-1' }))).toBe(true);
    expect(copiesForALogger(newDynamoDbClient({ region: 'eu-west-1' }))).toBe(false);
  });
});
