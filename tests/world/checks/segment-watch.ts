import { messageText } from '@keystone/shared/contracts/agent.ts';
import {
  ackMessageSchema,
  numbersMessageSchema,
  type NumbersMessage,
  usageMessageSchema,
  usageRecordSchema,
} from '@keystone/shared/contracts/usage.ts';
import { chargeKey } from '@keystone/shared/store/ledger/ledger-keys.ts';
import { clusterOfThing, readEnvelope } from '@keystone/lambdas/workers/verify-sender.ts';
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { STAGE } from '../cloud/cloud.ts';
import type { Tables } from '../store/tables.ts';
import type { Violations } from './violations.ts';

interface SentSegment {
  readonly payload: Uint8Array;
  /** Keys of the charges that it asks for. */
  readonly keys: readonly string[];
}

/** A segment never changes once it was sent, also where the machine is set back meanwhile, and is acknowledged only when all of it stands in the ledger. */
export class SegmentWatch {
  readonly #tables: Tables;
  readonly #ledger: string;
  readonly #violations: Violations;
  readonly #sent = new Map<string, SentSegment>();
  readonly #acknowledged = new Set<string>();
  acknowledged = 0;
  /** Sessions by the numbers that they were given. */
  readonly #numbered = new Map<string, string>();

  constructor(tables: Tables, ledger: string, violations: Violations) {
    this.#tables = tables;
    this.#ledger = ledger;
    this.#violations = violations;
  }

  get segments(): number {
    return this.#sent.size;
  }

  sent(cluster: number, payload: Uint8Array): void {
    const { epoch, segment, records } = usageMessageSchema.parse(
      JSON.parse(gunzipSync(payload).toString('utf8')),
    );
    const name = `${cluster} ${epoch} ${segment}`;
    const known = this.#sent.get(name);
    if (known) {
      if (Buffer.compare(known.payload, payload) !== 0)
        this.#violations.add(
          'a segment stays what it was',
          `segment ${name} was sent with another content before`,
        );
      return;
    }
    const keys = records.map((record) => chargeKey({ cluster, ...usageRecordSchema.parse(record) }).pk);
    this.#sent.set(name, { payload, keys });
  }

  /** No session has the numbers of another. */
  #numbers(cluster: number, { numbers, session }: NumbersMessage): void {
    const name = `${cluster} ${numbers.first}`;
    const holder = this.#numbered.get(name) ?? session;
    this.#numbered.set(name, session);
    if (holder !== session)
      this.#violations.add('a segment stays what it was', `numbers ${name} were given to two sessions`);
  }

  /** A message of the queue that is done with was acknowledged, or its sender is not believed and it lies in quarantine. */
  doneWith(body: string): void {
    const envelope = readEnvelope(body);
    const message = envelope && readMessage(envelope.data);
    const cluster = envelope && clusterOfThing(STAGE, envelope.thing);
    if (!message || cluster === undefined) return;
    const name = `${cluster} ${message.epoch} ${message.segment}`;
    const aside = createHash('sha256').update(messageText(envelope)).digest('hex');
    if (this.#acknowledged.has(name) || this.#tables.get(this.#ledger, 'QUAR#0', aside)) return;
    this.#violations.add(
      'what is done with is stored',
      `segment ${name} was taken off the queue for nothing`,
    );
  }

  acknowledges(cluster: number, payload: Uint8Array): void {
    const message: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
    const numbers = numbersMessageSchema.safeParse(message);
    if (numbers.success) return this.#numbers(cluster, numbers.data);
    const { epoch, segments } = ackMessageSchema.parse(message);
    for (const segment of segments) {
      this.acknowledged += 1;
      this.#acknowledged.add(`${cluster} ${epoch} ${segment}`);
      const keys = this.#sent.get(`${cluster} ${epoch} ${segment}`)?.keys;
      if (!keys)
        this.#violations.add('acknowledged is stored', `segment ${cluster} ${segment} was never sent`);
      for (const pk of keys ?? []) {
        const charge = this.#tables.get(this.#ledger, pk, 'A');
        const [ofEpoch, word] = ['epoch', 'segment'].map((name) => Number(charge?.[name]?.N ?? 0));
        if (ofEpoch === undefined || ofEpoch < epoch || (ofEpoch === epoch && (word ?? 0) < segment))
          this.#violations.add(
            'acknowledged is stored',
            `${pk} of segment ${cluster} ${segment} is not in the ledger`,
          );
      }
    }
  }
}

function readMessage(data: string) {
  try {
    return usageMessageSchema.safeParse(JSON.parse(gunzipSync(Buffer.from(data, 'base64')).toString('utf8')))
      .data;
  } catch {
    return undefined;
  }
}
