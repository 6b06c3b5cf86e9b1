import { join } from 'node:path';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { secretFor } from '../roles/credentials.ts';
import { adminAccessKeyId, type Authorise } from '../roles/role.ts';
import { startDynamoDb } from '../services/dynamodb/start-dynamodb.ts';
import { startIot } from '../services/iot/start-iot.ts';
import { startS3 } from '../services/s3/start-s3.ts';
import { startSes } from '../services/ses/start-ses.ts';
import { startSqs } from '../services/sqs/start-sqs.ts';
import type { Deployment } from '../template/deployment.ts';
import { readAgentsDoor } from './resources/agents-door.ts';
import { createBuckets } from './resources/buckets.ts';
import { createQueues } from './resources/queues.ts';
import { createTables } from './resources/tables.ts';

export interface ServicesOptions {
  /** Folder for the services' data. */
  folder: string;
  deployment: Deployment;
  authorise: Authorise;
  faults: Faults;
  log: (line: string) => void;
}

/** What AWS does now and then and one machine never: by setting, so that code which minds is found. */
export interface Faults {
  /** Milliseconds that a write takes to show in an index. */
  indexDelayMs: number;
  /** Share of a transaction's items that meet another transaction, 0 to 1. */
  conflictRate: number;
}

export interface Services {
  /** Where functions find each service, as the SDK's environment variables. */
  endpoints: Readonly<Record<string, string>>;
  /** PEM of the broker's authority. */
  brokerCa: string;
  mqtt: { host: string; port: number };
  /** A page that shows the mails that were sent. */
  inbox: string;
  dynamodb: DynamoDBClient;
  sqsFor: (accessKeyId: string) => SQSClient;
  close(): Promise<void>;
}

const region = 'eu-west-1';
export const credentialsOf = (accessKeyId: string) => ({
  accessKeyId,
  secretAccessKey: secretFor(accessKeyId),
});

/** Starts the services that the template's resources live in, and makes those resources. */
export async function startServices(options: ServicesOptions): Promise<Services> {
  const { deployment } = options;
  const started = await startStores(options);
  const { dynamodb, sqs, s3, ses } = started;
  const admin = { region, credentials: credentialsOf(adminAccessKeyId) };
  const tables = new DynamoDBClient({ ...admin, endpoint: dynamodb.endpoint });
  const buckets = new S3Client({ ...admin, endpoint: s3.endpoint, forcePathStyle: true });
  const sqsFor = (accessKeyId: string) =>
    new SQSClient({
      region,
      credentials: credentialsOf(accessKeyId),
      endpoint: sqs.endpoint,
      useQueueUrlAsEndpoint: false,
    });
  const queues = sqsFor(adminAccessKeyId);
  await Promise.all([
    createTables(deployment, tables),
    createQueues(deployment, queues),
    createBuckets(deployment, buckets),
  ]);
  buckets.destroy();
  const iot = await startBroker(options, queues);
  return {
    endpoints: {
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_SES: ses.endpoint,
      AWS_ENDPOINT_URL_IOT: iot.controlEndpoint,
      AWS_ENDPOINT_URL_IOT_DATA_PLANE: iot.controlEndpoint,
    },
    brokerCa: iot.ca,
    mqtt: iot.mqtt,
    inbox: ses.inbox,
    dynamodb: tables,
    sqsFor,
    close: async () => {
      await iot.close();
      queues.destroy();
      tables.destroy();
      for (const service of [ses, s3, sqs, dynamodb]) await service.close();
    },
  };
}

async function startStores({ folder, authorise, faults }: ServicesOptions) {
  const [dynamodb, sqs, s3, ses] = await Promise.all([
    startDynamoDb({
      path: join(folder, 'dynamodb'),
      authorise,
      indexDelayMs: () => faults.indexDelayMs,
      conflictRate: () => faults.conflictRate,
    }),
    startSqs({ dataDir: join(folder, 'sqs'), authorise }),
    startS3({ dataDir: join(folder, 's3'), authorise }),
    startSes({ authorise }),
  ]);
  return { dynamodb, sqs, s3, ses };
}

function startBroker({ folder, deployment, authorise, log }: ServicesOptions, queues: SQSClient) {
  return startIot({
    stateDir: join(folder, 'iot'),
    ...readAgentsDoor(deployment),
    send: async (QueueUrl, MessageBody) => {
      await queues.send(new SendMessageCommand({ QueueUrl, MessageBody }));
    },
    authorise: ({ resources, ...call }) => authorise({ ...call, resources: [...resources] }),
    log,
  });
}
