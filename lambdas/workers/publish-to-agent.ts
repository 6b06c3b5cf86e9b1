import { PublishCommand, type IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { topicsOf } from '@keystone/shared/contracts/agent.ts';

export interface Broker {
  iot: IoTDataPlaneClient;
  stage: string;
}

/** Publishes on one of an agent's own topics, at least once; nothing is retained. */
export async function publishToAgent(
  { iot, stage }: Broker,
  thing: string,
  channel: 'policy' | 'ack',
  message: unknown,
): Promise<void> {
  const topic = topicsOf(stage, thing)[channel];
  await iot.send(new PublishCommand({ topic, qos: 1, payload: Buffer.from(JSON.stringify(message)) }));
}
