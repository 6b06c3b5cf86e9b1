import {
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListMessageMoveTasksCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
  type SQSClientConfig,
} from '@aws-sdk/client-sqs';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { setTimeout as wait } from 'node:timers/promises';
import { readCommandLine } from './command-line.ts';
import { CommandError, exitCodes, printJson, printLine, runCommand } from './output.ts';
import { readLocalConnection } from './read-tables.ts';

const queues = ['policy', 'usage', 'agent-state'];

const help = `npm run dead-letters -- list|redrive [QUEUE …] [OPTION …]: messages that failed every delivery.

  list                    how many there are, by queue (${queues.join(', ')}; all unless named)
  redrive                 hands them to their queue again, and waits until they are. Safe to run twice: workers recompute
                          from state or write under a natural key

Which deployment:
  (neither)               the local stack that runs here; --state DIR where its folder is not .keystone
  --stage S --region R    the stage S on AWS, with the credentials that the SDK finds

Ends with 0 where none are left (or all were handed on), 1 where some are, 2 where it could not be done.`;

const options = {
  stage: { type: 'string' },
  region: { type: 'string' },
  state: { type: 'string', default: '.keystone' },
  help: { type: 'boolean', default: false },
} as const;

const readArguments = () => readCommandLine(options, help, 1 + queues.length);
type Values = ReturnType<typeof readArguments>['values'];

interface Place {
  client: SQSClient;
  stage: string;
}

function placeOf(values: Values): Place {
  if (values.stage !== undefined) {
    const region = values.region ?? process.env['AWS_REGION'];
    if (region === undefined) throw new CommandError('name the Region with --region or AWS_REGION');
    return { client: sqs({ region }), stage: values.stage };
  }
  const { region, credentials, endpoints, stage } = readLocalConnection(values.state);
  const endpoint = endpoints['AWS_ENDPOINT_URL_SQS'];
  if (endpoint === undefined) throw new CommandError(`${values.state} names no address of SQS`);
  return { client: sqs({ region, credentials, endpoint, useQueueUrlAsEndpoint: false }), stage };
}

const sqs = (config: SQSClientConfig) =>
  new SQSClient({
    ...config,
    requestHandler: new NodeHttpHandler({
      connectionTimeout: 5_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
    }),
  });

async function deadLetters(): Promise<number> {
  const { values, words } = readArguments();
  const [verb, ...named] = words;
  if (values.help) {
    printLine(help);
    return exitCodes.holds;
  }
  const unknown = named.find((name) => !queues.includes(name));
  if ((verb !== 'list' && verb !== 'redrive') || unknown !== undefined) throw new CommandError(help);
  const place = placeOf(values);
  try {
    let left = 0;
    for (const queue of named.length > 0 ? named : queues) {
      const dead = await look(place, `keystone-${place.stage}-${queue}-dead-letters`);
      const moved = verb === 'redrive' && dead.messages > 0 ? await move(place, dead.arn) : 0;
      printJson({ queue, messages: dead.messages, ...(verb === 'redrive' && { moved }) });
      left += dead.messages - moved;
    }
    return left > 0 ? exitCodes.differences : exitCodes.holds;
  } finally {
    place.client.destroy();
  }
}

async function look({ client }: Place, name: string): Promise<{ arn: string; messages: number }> {
  const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
  const { Attributes } = await client.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['QueueArn', 'ApproximateNumberOfMessages'] }),
  );
  const arn = Attributes?.['QueueArn'];
  if (arn === undefined) throw new CommandError(`${name} has no address`);
  return { arn, messages: Number(Attributes?.['ApproximateNumberOfMessages'] ?? 0) };
}

const MOST_LOOKS = 150;

/** @returns how many messages were handed on */
async function move({ client }: Place, SourceArn: string): Promise<number> {
  await client.send(new StartMessageMoveTaskCommand({ SourceArn }));
  for (let looked = 0; looked < MOST_LOOKS; looked++) {
    const { Results } = await client.send(new ListMessageMoveTasksCommand({ SourceArn, MaxResults: 1 }));
    const [task] = Results ?? [];
    if (task?.Status === 'COMPLETED') return task.ApproximateNumberOfMessagesMoved ?? 0;
    if (task?.Status === 'FAILED')
      throw new CommandError(`SQS gave up: ${task.FailureReason ?? 'for no reason told'}; run it again`);
    await wait(2_000);
  }
  throw new CommandError('SQS is still moving messages; look again with: npm run dead-letters -- list');
}

await runCommand('dead-letters', deadLetters);
