import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { indexOf, namesOf } from './names.ts';
import type { Permission } from './permissions.ts';

const NETWORK_ACTIONS = [
  'CreateNetworkInterface',
  'DescribeNetworkInterfaces',
  'DescribeSubnets',
  'DeleteNetworkInterface',
  'AssignPrivateIpAddresses',
  'UnassignPrivateIpAddresses',
];

export interface Right {
  statement: PolicyStatement;
  /** The resource that holds a wildcard, and why it must. */
  wildcard?: { resource: string; reason: string };
}

/** The IAM statement of one permission, on this stage's resources alone. */
export const rightOf = (stack: Stack, stage: string, permission: Permission): Right => {
  const names = namesOf(stage);
  const arn = (service: string, resource: string, resourceName: string) =>
    stack.formatArn({ service, resource, resourceName });
  const queueArn = (name: string) => stack.formatArn({ service: 'sqs', resource: name });
  const allow = (service: string, actions: readonly string[], resource: string): Right => ({
    statement: new PolicyStatement({
      actions: actions.map((action) => `${service}:${action}`),
      resources: [resource],
    }),
  });
  const allowAny = (service: string, actions: readonly string[], resource: string, reason: string) => ({
    ...allow(service, actions, resource),
    wildcard: { resource, reason },
  });

  switch (permission.on) {
    case 'table':
      return allow('dynamodb', permission.actions, arn('dynamodb', 'table', names.table(permission.table)));
    case 'index': {
      const index = `${names.table(permission.table)}/index/${indexOf[permission.table]}`;
      return allow('dynamodb', ['Query'], arn('dynamodb', 'table', index));
    }
    case 'send':
      return allow('sqs', ['SendMessage'], queueArn(names.queue(permission.queue)));
    case 'consume':
      return allow(
        'sqs',
        ['ReceiveMessage', 'DeleteMessage', 'GetQueueAttributes'],
        queueArn(names.queue(permission.queue)),
      );
    case 'topic':
      return allowAny(
        'iot',
        ['Publish'],
        arn('iot', 'topic', `keystone/${names.anyThing}/${permission.channel}`),
        'Agents enrol while the stack runs; the name of each one’s topic begins with the stage.',
      );
    case 'things':
      return allowAny(
        'iot',
        permission.actions,
        arn('iot', 'thing', names.anyThing),
        'Agents enrol while the stack runs; the name of each one’s thing begins with the stage.',
      );
    case 'certificates':
      return allowAny(
        'iot',
        permission.actions,
        arn('iot', 'cert', '*'),
        'A certificate’s id is made by AWS IoT and known only when it exists.',
      );
    case 'iot-account':
      return allowAny('iot', permission.actions, '*', 'IAM knows no resource for these actions.');
    case 'network':
      return allowAny(
        'ec2',
        NETWORK_ACTIONS,
        '*',
        'Lambda makes and removes the interfaces; their ids are known only when they exist.',
      );
  }
};
