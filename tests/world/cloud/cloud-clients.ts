import { TransactWriteItemsCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { PublishCommand, type IoTDataPlaneClient } from '@aws-sdk/client-iot-data-plane';
import { SendMessageBatchCommand, type SQSClient } from '@aws-sdk/client-sqs';
import type { WorldBroker } from '../broker/world-broker.ts';
import type { Stream } from '../core/chance.ts';
import type { Life } from '../core/life.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import type { Plant } from '../plants/plant.ts';
import { dynamodbClient, iotClient, sqsClient, type Send } from '../store/sdk-clients.ts';
import { AbortedError, internalFault, NoAnswerError } from '../store/store-errors.ts';
import type { WorldStore } from '../store/world-store.ts';

export interface ClientParts {
  readonly time: WorldTime;
  readonly weather: Weather;
  readonly store: WorldStore;
  readonly broker: WorldBroker;
  readonly plant: Plant;
  /** Of the network between functions and what they call. */
  readonly net: Stream;
  /** An event reached the queue of policies. */
  readonly onEvent: (body: string) => void;
}

/** Clients with which functions call the world's tables, queues and broker; calls are slow, refused, or leave their answer open. */
export class CloudClients {
  readonly #parts: ClientParts;
  readonly #net: Stream;

  constructor(parts: ClientParts) {
    this.#parts = parts;
    this.#net = parts.net;
  }

  dynamodb(life: Life, of: string): DynamoDBClient {
    const { store, plant, weather } = this.#parts;
    const send: Send = async (command) => {
      // A function is held up between what it read and what it writes, as one that waits for its turn on a machine.
      if (command instanceof TransactWriteItemsCommand && weather.strikes('lambda-slow', 0.06))
        await life.wait(this.#net.span(250, 1.2));
      return store.send(life, command);
    };
    return dynamodbClient(plant.store?.(send, of, life) ?? send);
  }

  sqs(life: Life, of: string): SQSClient {
    const send: Send = (command, options) => this.#sendEvents(life, command, options?.abortSignal);
    return sqsClient(this.#parts.plant.queue?.(send, of, life) ?? send);
  }

  #sendEvents(life: Life, command: unknown, signal: AbortSignal | undefined): Promise<unknown> {
    if (!(command instanceof SendMessageBatchCommand)) throw new Error('SQS of the world takes batches only');
    const { time, weather } = this.#parts;
    const bodies = (command.input.Entries ?? []).map(({ MessageBody }) => MessageBody ?? '');
    return life.call((answer, fail) => {
      signal?.addEventListener('abort', () => fail(new AbortedError('Request aborted')));
      const refused = weather.strikes('lambda-refused-send', 0.05);
      const slow = weather.strikes('store-slow', 0.03) ? this.#net.span(500, 1) : 0;
      time.after(this.#net.span(6, 0.6) + slow, () => {
        if (refused && this.#net.happens(0.5)) return fail(new NoAnswerError('no answer'));
        const taken = refused ? bodies.slice(1) : bodies;
        for (const body of taken) this.#parts.onEvent(body);
        const Failed = refused ? [{ Id: '0', Code: 'InternalError', SenderFault: false }] : [];
        time.after(this.#net.between(1, 5), () => answer({ Failed }));
      });
    });
  }

  iot(life: Life): IoTDataPlaneClient {
    const { time, weather, broker } = this.#parts;
    return iotClient((command) => {
      if (!(command instanceof PublishCommand)) throw new Error('IoT of the world publishes only');
      const { topic = '', payload } = command.input;
      return life.call((answer, fail) => {
        const fails = weather.strikes('lambda-refused-send', 0.04);
        time.after(this.#net.span(8, 0.6), () => {
          if (fails && this.#net.happens(0.5)) return fail(internalFault());
          if (payload instanceof Uint8Array) broker.publishDown(topic, payload);
          time.after(this.#net.between(1, 5), () =>
            fails ? fail(new NoAnswerError('no answer')) : answer({}),
          );
        });
      });
    });
  }
}
