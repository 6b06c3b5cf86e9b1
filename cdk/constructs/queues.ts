import { Duration, Validations } from 'aws-cdk-lib';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { functions } from '../functions.ts';
import { namesOf, type LastQueue, type WorkQueue } from '../names.ts';
import { MAX_RECEIVE_COUNT, readers } from '../work-queues.ts';

/** 14 days, SQS's most: time enough for a person to look. */
const common = {
  encryption: QueueEncryption.SQS_MANAGED,
  enforceSSL: true,
  retentionPeriod: Duration.days(14),
};

/** A queue that only people read. */
export class PlainQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, stage: string, name: LastQueue) {
    super(scope, name);
    this.queue = new Queue(this, 'queue', { ...common, queueName: namesOf(stage).queue(name) });
    Validations.of(this.queue).acknowledge({
      id: 'AwsSolutions-SQS3',
      reason: 'It is itself the last stop: no program reads it, so nothing can fail to.',
    });
  }
}

/** A queue that a worker reads, with its dead-letter queue. */
export class ReadQueue extends Construct {
  readonly queue: Queue;

  constructor(scope: Construct, stage: string, name: WorkQueue) {
    super(scope, name);
    const names = namesOf(stage);
    const dead = new Queue(this, 'dead-letters', { ...common, queueName: names.deadLetters(name) });
    const { timeoutSeconds } = functions[readers[name].function];
    this.queue = new Queue(this, 'queue', {
      ...common,
      queueName: names.queue(name),
      // Lambda asks for six times the function's timeout, or a slow batch is handed out twice.
      visibilityTimeout: Duration.seconds(6 * timeoutSeconds),
      deadLetterQueue: { queue: dead, maxReceiveCount: MAX_RECEIVE_COUNT },
    });
  }
}
