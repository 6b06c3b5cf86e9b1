import type { IotPolicy } from '../iot-options.ts';

const arn = 'arn:aws:iot:eu-west-1:000000000000:';
const thing = '${iot:Connection.Thing.ThingName}';

/** The device policy of the CDK app, for the stage `local`. */
export const projectPolicy: IotPolicy = {
  name: 'keystone-local-agent',
  document: {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Action: 'iot:Connect',
        Resource: `${arn}client/${thing}`,
        Condition: { Bool: { 'iot:Connection.Thing.IsAttached': 'true' } },
      },
      {
        Effect: 'Allow',
        Action: 'iot:Publish',
        Resource: [
          `${arn}topic/$aws/rules/keystone_local_usage/keystone/${thing}/usage`,
          `${arn}topic/$aws/rules/keystone_local_state/keystone/${thing}/state`,
        ],
      },
      {
        Effect: 'Allow',
        Action: 'iot:Subscribe',
        Resource: [`${arn}topicfilter/keystone/${thing}/policy`, `${arn}topicfilter/keystone/${thing}/ack`],
      },
      {
        Effect: 'Allow',
        Action: 'iot:Receive',
        Resource: [`${arn}topic/keystone/${thing}/policy`, `${arn}topic/keystone/${thing}/ack`],
      },
    ],
  },
};
