import { enrolAgent } from '@keystone/lambdas/api/agents/enrol-agent.ts';
import type { DeviceRegistry } from '@keystone/lambdas/api/agents/device-registry.ts';
import { callFrom } from '@keystone/lambdas/api/http/call.ts';
import { httpEvent } from '@keystone/lambdas/api/testing/http-event.ts';
import { enrolmentResponseSchema, type EnrolmentResponse } from '@keystone/shared/contracts/agent.ts';
import { putTokenAction } from '@keystone/shared/store/agents/enrolment-tokens.ts';
import { transact } from '@keystone/shared/store/table/transact.ts';
import type { WorldBroker } from '../broker/world-broker.ts';
import type { Stream } from '../core/chance.ts';
import { Life } from '../core/life.ts';
import type { Journal } from '../core/journal.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import { STAGE, type Cloud } from './cloud.ts';
import { quietLog, quietMeter } from './quiet.ts';

export interface EnrolmentParts {
  readonly time: WorldTime;
  readonly chance: Stream;
  readonly weather: Weather;
  readonly journal: Journal;
  readonly cloud: Cloud;
  readonly broker: WorldBroker;
  readonly zone: string;
}

const TIMEOUT_MS = 29_000;
const HOUR = 3_600_000;
const CSR = `-----BEGIN CERTIFICATE REQUEST-----\n${'A'.repeat(200)}\n-----END CERTIFICATE REQUEST-----`;
const FRONT = { origin: '', edgeKey: '' };

/** Makes agents of clusters through the product's own enrolment; a try that failed is made again with another token. */
export class Enrolment {
  readonly #parts: EnrolmentParts;
  #tokens = 0;
  /** Certificates that the broker made. */
  readonly made = new Set<string>();
  /** Enrolments after a cluster's first. */
  again = 0;

  constructor(parts: EnrolmentParts) {
    this.#parts = parts;
  }

  /** @returns what the new agent was given; its certificate is named as the broker names it */
  async enrol(cluster: number): Promise<EnrolmentResponse> {
    for (;;) {
      const answer = await this.#once(cluster);
      if (answer && answer.epoch > 1) this.again += 1;
      if (answer) return answer;
      await this.#parts.time.wait(60_000);
    }
  }

  #once(cluster: number): Promise<EnrolmentResponse | undefined> {
    const { time, weather } = this.#parts;
    const life = new Life(time);
    if (weather.strikes('lambda-crash', 0.1)) life.endAtCall(this.#parts.chance.whole(2, 50) / 2);
    return new Promise((resolve) => {
      const stopTimer = time.after(TIMEOUT_MS, () => life.end());
      life.onEnd(() => resolve(undefined));
      this.#answer(life, cluster)
        .then(resolve, (error: unknown) => {
          this.#parts.journal.note('enrol', () => `cluster ${cluster}: ${String(error)}`);
          resolve(undefined);
        })
        .finally(stopTimer);
    });
  }

  async #answer(life: Life, cluster: number): Promise<EnrolmentResponse> {
    const { cloud, zone, journal, time } = this.#parts;
    const sources = cloud.sources(life);
    const { control } = cloud.tables(life, 'api');
    this.#tokens += 1;
    const token = String(this.#tokens).padStart(64, '0');
    const expires = new Date(time.now + HOUR);
    await transact(control.client, [putTokenAction(control, token, { cluster, expires })], sources.ulid());
    const deps = {
      ...{ control, sources, zone, front: FRONT, stage: STAGE, brokerCa: '' },
      outbox: cloud.outbox(life, 'api', control),
      log: quietLog(journal, 'enrol'),
      meter: quietMeter,
      registry: this.#registry(life),
    };
    const event = httpEvent({
      method: 'POST',
      path: '/agents/enrol/',
      headers: { 'x-keystone-cid': cloud.newCid(), 'content-type': 'application/json' },
      body: JSON.stringify({ token, csr: CSR }),
    });
    const { body } = await enrolAgent(deps, callFrom(event, FRONT));
    return enrolmentResponseSchema.parse(body);
  }

  /** The broker's own list of who may connect. */
  #registry(life: Life): DeviceRegistry {
    const { broker, weather } = this.#parts;
    const call = <T>(perform: () => T) =>
      life.calls(20, 20, () => {
        if (weather.strikes('lambda-refused-send', 0.03)) throw new Error('the registry failed');
        return perform();
      });
    const idOf = (arn: string) => arn.slice(arn.lastIndexOf('/') + 1);
    return {
      endpoint: () => call(() => ({ host: 'broker.world', port: 8883 })),
      certify: () =>
        call(() => {
          const id = `certificate-${this.made.size + 1}`;
          this.made.add(id);
          return { id, arn: `arn:aws:iot:eu-west-1:000000000000:cert/${id}`, pem: id };
        }),
      attach: () => call(() => undefined),
      activate: (arn) => call(() => broker.allow(idOf(arn))),
      retire: (thing, arn) => call(() => broker.forbid(thing, idOf(arn))),
    };
  }
}
