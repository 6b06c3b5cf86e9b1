import { arn } from '../../roles/address.ts';

/** IAM has one action for a call and its batch. */
const batched: Record<string, string> = {
  SendMessageBatch: 'SendMessage',
  DeleteMessageBatch: 'DeleteMessage',
  ChangeMessageVisibilityBatch: 'ChangeMessageVisibility',
};

/** The IAM action and the queue of a request to SQS. */
export function queueRight(
  operation: string,
  request: Record<string, unknown>,
): { action: string; resource: string } {
  return { action: `sqs:${batched[operation] ?? operation}`, resource: resourceOf(request) };
}

function resourceOf({ QueueUrl: url, QueueName: name, SourceArn: source }: Record<string, unknown>): string {
  if (typeof url === 'string') return arn('sqs', url.slice(url.lastIndexOf('/') + 1));
  if (typeof name === 'string') return arn('sqs', name);
  return typeof source === 'string' ? source : '*';
}
