import { startDynamoDb } from '../start-dynamodb.ts';

/** A DynamoDB in a process of its own, so that the durability suite can kill it. Prints its address. */
const db = await startDynamoDb({ path: process.argv[2] ?? '' });
process.stdout.write(`${db.endpoint}\n`);
