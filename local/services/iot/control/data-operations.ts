import { iotArn } from '../arns.ts';
import type { Broker } from '../broker/broker.ts';
import { limits } from '../broker/limits.ts';
import type { Message } from '../broker/message.ts';
import { publishTopicRefusal } from '../broker/topics.ts';
import { invalid, IotError, notFound } from '../iot-error.ts';
import type { Operation, OperationRequest } from './operation.ts';

export interface DataServices {
  readonly broker: Broker;
  readonly onMessage: (message: Message) => void;
}

/** The data plane, and the address of the broker. */
export const dataOperations = ({ broker, onMessage }: DataServices): Operation[] => [
  {
    name: 'Publish',
    method: 'POST',
    path: '/topics/{topic}',
    plan: (request) => {
      const topic = request.labels['topic'] ?? '';
      const retain = request.query.get('retain') === 'true';
      return {
        resources: [iotArn('topic', topic)],
        ...(retain ? { alsoActions: ['RetainPublish'] } : {}),
        perform: async () => await publish(topic, retain, request, { broker, onMessage }),
      };
    },
  },
  {
    name: 'DeleteConnection',
    method: 'DELETE',
    path: '/connections/{clientId}',
    plan: ({ labels: { clientId = '' }, query }) => ({
      resources: [iotArn('client', clientId)],
      perform: async () => {
        if (query.get('preventWillMessage') === 'true')
          return invalid('preventWillMessage is not supported locally');
        const deleted = await broker.disconnectClient(clientId, query.get('cleanSession') === 'true');
        return deleted ? {} : notFound(`Client ${clientId} is not connected`);
      },
    }),
  },
];

export const describeEndpoint = (endpointAddress: string): Operation => ({
  name: 'DescribeEndpoint',
  method: 'GET',
  path: '/endpoint',
  plan: ({ query }) => ({
    resources: ['*'],
    perform: () =>
      query.get('endpointType') === 'iot:Data-ATS'
        ? { endpointAddress }
        : invalid('endpointType iot:Data-ATS is the only endpoint here'),
  }),
});

const publish = async (
  topic: string,
  retain: boolean,
  { query, body, accessKeyId }: OperationRequest,
  { broker, onMessage }: DataServices,
): Promise<object> => {
  const refusal = publishTopicRefusal(topic);
  if (refusal !== undefined) return invalid(`Publish to ${topic}: ${refusal}`);
  if (body.length > limits.payloadBytes) {
    throw new IotError(
      'RequestEntityTooLargeException',
      413,
      `The payload has more than ${limits.payloadBytes} bytes`,
    );
  }
  await broker.publish({ topic, payload: body, qos: qosOf(query), retain });
  onMessage({ topic, payload: body, clientId: 'n/a', principal: accessKeyId });
  return {};
};

const qosOf = (query: URLSearchParams): 0 | 1 => {
  switch (query.get('qos') ?? '0') {
    case '0':
      return 0;
    case '1':
      return 1;
    default:
      return invalid('qos is 0 or 1');
  }
};
