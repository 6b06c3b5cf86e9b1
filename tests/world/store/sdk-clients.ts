import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { SQSClient } from '@aws-sdk/client-sqs';

const nowhere = {
  region: 'eu-west-1',
  endpoint: 'http://127.0.0.1:9',
  credentials: { accessKeyId: 'world', secretAccessKey: 'world' },
};

/** What performs a command of an SDK client. */
export type Send = (command: unknown, options?: { abortSignal?: AbortSignal }) => Promise<unknown>;

/** Clients of the SDK whose commands go to the world. They open no connection. */
export const dynamodbClient = (send: Send): DynamoDBClient =>
  Object.assign(new DynamoDBClient(nowhere), { send });
export const sqsClient = (send: Send): SQSClient => Object.assign(new SQSClient(nowhere), { send });
export const iotClient = (send: Send): IoTDataPlaneClient =>
  Object.assign(new IoTDataPlaneClient(nowhere), { send });
