import { systemClock } from '@keystone/agent/clock/clock.ts';
import { makeKeyAndRequest } from '@keystone/agent/enrolment/certificate-request.ts';
import { enrolmentUrl, requestEnrolment } from '@keystone/agent/enrolment/request-enrolment.ts';
import { iotTransport } from '@keystone/agent/transport/iot-transport.ts';
import { BROKER_PACE, createPacer } from '@keystone/agent/transport/pacing.ts';
import { ackMessageSchema } from '@keystone/shared/contracts/usage.ts';
import * as z from 'zod';
import type { BenchRun } from '../figures/figure.ts';
import type { BenchStack } from '../stack/bench-stack.ts';
import type { PackedMessage } from './prepared-usage.ts';

const tokenSchema = z.object({ token: z.string() });

/** Segments that may be on their way; the agent's own window. */
const WINDOW = 100;
const ACK_MS = 60_000;

/** An enrolled device that sends usage at the agent's pace and hears what the ledger stored. */
export interface BenchDevice {
  cluster: number;
  /** Sends all and waits until the ledger has named each. @throws Error where one was not named within a minute */
  send(messages: Iterable<PackedMessage>, onStored?: (jobs: number) => void): Promise<void>;
}

export async function connectDevice(run: BenchRun, stack: BenchStack): Promise<BenchDevice> {
  const cluster = await stack.staff.create('/allocations/clusters/', { name: 'bench' });
  const { token } = tokenSchema.parse(
    await stack.staff.call('POST', `/allocations/clusters/${cluster}/enrolment/`),
  );
  const { key, csr } = makeKeyAndRequest();
  const enrolment = await requestEnrolment(enrolmentUrl(`${stack.url}/api`), { token, csr });
  if (enrolment.epoch !== 1) throw new Error('prepared messages are of the first enrolment');
  const { endpoint, thing: clientId, certificate, brokerCa: ca, topics } = enrolment;
  const session = await iotTransport({ ...endpoint, clientId, certificate, key, ca }, systemClock).connect();
  run.undo(() => session.close());
  const stored = new Acknowledgements();
  await session.subscribe(topics.ack, (payload) => stored.hear(payload));
  const paced = createPacer(systemClock, BROKER_PACE);

  const send: BenchDevice['send'] = async (messages, onStored) => {
    const open = new Set<Promise<void>>();
    for (const message of messages) {
      const done = stored.of(message.segment).then(() => onStored?.(message.jobs));
      const tracked = done.finally(() => open.delete(tracked));
      open.add(tracked);
      await paced(() => session.publish(topics.usage, message.payload));
      if (open.size >= WINDOW) await Promise.race(open);
    }
    await Promise.all(open);
  };
  return { cluster, send };
}

class Acknowledgements {
  readonly #waiting = new Map<number, () => void>();

  hear(payload: Uint8Array): void {
    const ack = ackMessageSchema.parse(JSON.parse(Buffer.from(payload).toString('utf8')));
    for (const segment of ack.segments) this.#waiting.get(segment)?.();
  }

  of(segment: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(
        () => reject(new Error(`segment ${segment} was not stored within ${ACK_MS / 1000} s`)),
        ACK_MS,
      );
      this.#waiting.set(segment, () => {
        clearTimeout(timer);
        this.#waiting.delete(segment);
        resolve();
      });
    });
  }
}
