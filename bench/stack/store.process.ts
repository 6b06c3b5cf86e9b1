import { startDynamoDb } from '@keystone/local/services/dynamodb/start-dynamodb.ts';

/** The local DynamoDB alone, on disk: `node store.process.ts FOLDER` prints its address. */
const store = await startDynamoDb({ path: process.argv[2] ?? '' });
console.log(store.endpoint);
