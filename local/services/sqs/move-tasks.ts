import { randomUUID } from 'node:crypto';
import * as z from 'zod';
import type { Message, Parts, Queue } from '../fauxqs/fauxqs-parts.ts';
import { QueueError } from './queue-error.ts';

type Task = { handle: string; source: string; destination: string; moved: number; startedAt: number };
type Operation = (request: Record<string, unknown>) => Record<string, unknown>;

const redriveShape = z.object({ deadLetterTargetArn: z.string() });
const startShape = z.object({ SourceArn: z.string(), DestinationArn: z.string().optional() });
const listShape = z.object({ SourceArn: z.string(), MaxResults: z.int().min(1).max(10).default(1) });

/**
 * The redrive of dead-letter queues, which fauxqs does not have. Here a task is done when its request is answered.
 */
export function createMoveTasks(parts: Parts, clock: () => number): ReadonlyMap<string, Operation> {
  const tasks: Task[] = [];
  const start: Operation = (request) => {
    const { SourceArn, DestinationArn } = read(startShape, request);
    const source = queueAt(parts, SourceArn);
    const destination =
      DestinationArn === undefined ? onlySourceOf(parts, SourceArn) : queueAt(parts, DestinationArn);
    const task: Task = {
      handle: randomUUID(),
      source: source.arn,
      destination: destination.arn,
      moved: moveAll(parts, source, destination),
      startedAt: clock(),
    };
    tasks.unshift(task);
    return { TaskHandle: task.handle };
  };
  const list: Operation = (request) => {
    const { SourceArn, MaxResults } = read(listShape, request);
    const found = tasks.filter(({ source }) => source === SourceArn).slice(0, MaxResults);
    return { Results: found.map(describe) };
  };
  const cancel: Operation = () => {
    throw new QueueError(
      'ResourceNotFoundException',
      'No task is running: here tasks end before they are answered',
    );
  };
  return new Map([
    ['StartMessageMoveTask', start],
    ['ListMessageMoveTasks', list],
    ['CancelMessageMoveTask', cancel],
  ]);
}

function read<T>(shape: z.ZodType<T>, request: unknown): T {
  const result = shape.safeParse(request);
  if (result.success) return result.data;
  throw new QueueError('InvalidParameterValue', z.prettifyError(result.error));
}

function describe(task: Task): Record<string, unknown> {
  return {
    Status: 'COMPLETED',
    SourceArn: task.source,
    DestinationArn: task.destination,
    ApproximateNumberOfMessagesMoved: task.moved,
    ApproximateNumberOfMessagesToMove: task.moved,
    StartedTimestamp: task.startedAt,
  };
}

function queueAt({ sqsStore }: Parts, arn: string): Queue {
  const queue = sqsStore.getQueueByArn(arn);
  if (!queue) throw new QueueError('ResourceNotFoundException', `There is no queue ${arn}`);
  return queue;
}

/** The queue whose dead letters these are. Messages do not say where they came from, so there may be only one. */
function onlySourceOf({ sqsStore }: Parts, deadLetters: string): Queue {
  const sources = [...sqsStore.allQueues()].filter((queue) => {
    const policy = queue.attributes['RedrivePolicy'];
    if (!policy) return false;
    const read = redriveShape.safeParse(JSON.parse(policy));
    return read.success && read.data.deadLetterTargetArn === deadLetters;
  });
  const [source] = sources;
  if (source && sources.length === 1) return source;
  throw new QueueError(
    'InvalidParameterValue',
    `${deadLetters} is the dead-letter queue of ${String(sources.length)} queues; name one as DestinationArn`,
  );
}

/** Each message arrives before it leaves: a process that dies between the two leaves a duplicate, never a hole. */
function moveAll({ createMessage }: Parts, source: Queue, destination: Queue): number {
  let moved = 0;
  for (;;) {
    const received = source.dequeue(10, 60);
    if (received.length === 0) return moved;
    for (const { ReceiptHandle: handle } of received) {
      const message = source.inflightMessages.get(handle)?.message;
      if (message) destination.enqueue(renewed(createMessage, message, destination));
      source.deleteMessage(handle);
      moved += 1;
    }
  }
}

/** As on AWS, a message that is moved has a new id and has never been received. */
function renewed(createMessage: Parts['createMessage'], old: Message, destination: Queue): Message {
  const { body, messageAttributes, messageGroupId, messageDeduplicationId } = old;
  const message = createMessage(body, messageAttributes, undefined, messageGroupId, messageDeduplicationId);
  if (destination.isFifo()) message.sequenceNumber = destination.nextSequenceNumber();
  return message;
}
