import type { Stack } from 'aws-cdk-lib';
import { namesOf } from './names.ts';

/** AWS IoT's limit of one policy document, in bytes. */
export const MAX_IOT_POLICY_BYTES = 2048;

/** Resolves to the client id's thing; where the certificate is not attached to it, to nothing, which denies. */
const THING = '${iot:Connection.Thing.ThingName}';

/**
 * What a cluster's agent may do at the broker: connect as its own thing, send on its own two Basic Ingest topics, hear
 * its own two. No agent can speak for another or listen to one.
 */
export const agentPolicyDocument = (stack: Stack, stage: string) => {
  const { rules } = namesOf(stage);
  const arn = (resource: string, resourceName: string) =>
    stack.formatArn({ service: 'iot', resource, resourceName });
  const own = (channel: string) => `keystone/${THING}/${channel}`;
  const heard = [own('policy'), own('ack')];
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iot:Connect',
        Resource: arn('client', THING),
        Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
      },
      {
        Effect: 'Allow',
        Action: 'iot:Publish',
        Resource: [
          arn('topic', `$aws/rules/${rules.usage}/${own('usage')}`),
          arn('topic', `$aws/rules/${rules.state}/${own('state')}`),
        ],
      },
      { Effect: 'Allow', Action: 'iot:Subscribe', Resource: heard.map((topic) => arn('topicfilter', topic)) },
      { Effect: 'Allow', Action: 'iot:Receive', Resource: heard.map((topic) => arn('topic', topic)) },
    ],
  };
};
