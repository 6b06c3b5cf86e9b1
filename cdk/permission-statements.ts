import type { Stack } from 'aws-cdk-lib';
import { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { indexOf, namesOf } from './names.ts';
import type { Permission } from './permissions.ts';

/** The IAM statement of one permission, on this stage's resources alone. */
export const statementOf = (stack: Stack, stage: string, permission: Permission): PolicyStatement => {
  const names = namesOf(stage);
  const arn = (service: string, resource: string, resourceName: string) =>
    stack.formatArn({ service, resource, resourceName });
  const queueArn = (name: string) => stack.formatArn({ service: 'sqs', resource: name });
  const allow = (service: string, actions: readonly string[], ...resources: string[]) =>
    new PolicyStatement({ actions: actions.map((action) => `${service}:${action}`), resources });

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
      return allow(
        'iot',
        ['Publish'],
        arn('iot', 'topic', `keystone/${names.anyThing}/${permission.channel}`),
      );
    case 'things':
      return allow('iot', permission.actions, arn('iot', 'thing', names.anyThing));
    case 'certificates':
      return allow('iot', permission.actions, arn('iot', 'cert', '*'));
    case 'iot-account':
      return allow('iot', permission.actions, '*');
  }
};
