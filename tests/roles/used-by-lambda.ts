import { functionNames } from '@keystone/cdk/functions.ts';
import { schedules } from '@keystone/cdk/schedules.ts';
import { readers } from '@keystone/cdk/work-queues.ts';
import type { UnusedGrant } from '@keystone/local/roles/role-check.ts';

const arn = (service: string, resource: string) => `arn:aws:${service}:eu-west-1:000000000000:${resource}`;
const roleOf = (name: string) => `keystone-local-${name}`;

/** Lambda writes what a function prints to the function's own log group. */
const logs = functionNames.flatMap((name) =>
  ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => ({
    role: roleOf(name),
    action,
    resource: arn('logs', `log-group:/aws/lambda/${roleOf(name)}`),
  })),
);

/** An event source can't be made without it: Lambda looks at the queue that it is to read. */
const eventSources = Object.entries(readers).map(([queue, reader]) => ({
  role: roleOf(reader.function),
  action: 'sqs:GetQueueAttributes',
  resource: arn('sqs', `keystone-local-${queue}`),
}));

/** Lambda keeps the event of a scheduled task there that failed its last try. */
const deadLetters = schedules.map(({ function: name }) => ({
  role: roleOf(name),
  action: 'sqs:SendMessage',
  resource: arn('sqs', 'keystone-local-task-failures'),
}));

/** Rights that Lambda itself uses in a function's name, and the local stack has no need of. */
export const usedByLambda: readonly UnusedGrant[] = [...logs, ...eventSources, ...deadLetters];
