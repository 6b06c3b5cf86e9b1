import { iotMessageSchema, messageText } from '@keystone/shared/contracts/agent.ts';
import { readEnvelope } from '@keystone/lambdas/workers/verify-sender.ts';
import { readQuarantine } from '@keystone/shared/store/ledger/quarantine.ts';
import type { LedgerTable } from '@keystone/shared/store/table/tables.ts';
import type { WorldCluster } from '../cluster/world-cluster.ts';
import type { Stream } from '../core/chance.ts';
import type { World } from '../world.ts';

/** Messages that no function can do anything with, and what became of them. */
export class Poison {
  readonly #world: World;
  readonly #chance: Stream;
  /** What came to the usage queue and can't be read: as quarantine names it, and as it does once its sender is a former one. */
  readonly #aside = new Map<string, string>();
  /** Messages that were put on a queue, or that a function dies of. */
  sent = 0;

  constructor(world: World) {
    this.#world = world;
    this.#chance = world.chance.of('poison');
  }

  /** Puts something on one of the queues. */
  strike(): void {
    const { cloud, clusters, journal } = this.#world;
    const cluster = this.#chance.any(clusters);
    if (!cluster) return;
    this.sent += 1;
    const queue = this.#chance.pick(['usage', 'agent-state', 'policy'] as const);
    // The function runs out of memory by the next message, until somebody mends it.
    if (this.#chance.happens(0.4)) {
      journal.note(queue, () => 'the next message is one that its function dies of');
      cloud.queues[queue].poisonNext();
      return;
    }
    const { body, raw } = queue === 'policy' ? this.#event() : this.#envelope(cluster);
    journal.note(queue, () => `is sent what can't be read: ${body.slice(0, 60)}`);
    if (queue === 'usage') {
      const envelope = readEnvelope(body);
      this.#aside.set(raw, envelope ? messageText(envelope) : body);
    }
    cloud.queues[queue].send(body);
  }

  /** What can't be read and does not lie in quarantine yet. */
  async missing(ledger: LedgerTable): Promise<string[]> {
    const found = new Set((await this.#quarantined(ledger)).map(({ raw }) => raw));
    const missing = [...this.#aside].filter((names) => !names.some((raw) => found.has(raw)));
    return missing.map(([raw]) => `not in quarantine, though it can't be read: ${raw.slice(0, 80)}`);
  }

  /** What lies in quarantine, and could have been read. */
  async strange(ledger: LedgerTable): Promise<string[]> {
    const known = new Set([...this.#aside].flat());
    return (await this.#quarantined(ledger))
      .filter((row) => !known.has(row.raw) && !this.#isOfFormerAgent(row))
      .map(({ reason, detail }) => `in quarantine by ${reason}: ${detail}`);
  }

  async #quarantined(ledger: LedgerTable) {
    const clusters = [0, ...this.#world.clusters.map(({ id }) => id)];
    return (await Promise.all(clusters.map((cluster) => readQuarantine(ledger, cluster)))).flat();
  }

  /** What an agent had sent before another took its place. */
  #isOfFormerAgent({ reason, raw }: { reason: string; raw: string }): boolean {
    const { clusters, enrolment } = this.#world;
    if (reason !== 'sender') return false;
    const { principal } = iotMessageSchema.parse(JSON.parse(raw));
    return enrolment.made.has(principal) && clusters.every(({ host }) => host.certificate !== principal);
  }

  #event(): { body: string; raw: string } {
    const body = this.#chance.pick(['', '{"type":"policy"', '{"type":"policy","cluster":0,"cid":"x"}', '[]']);
    return { body, raw: body };
  }

  /** What a rule hands on: of a sender that is not believed, or with nothing in it that can be read. */
  #envelope({ thing, host }: WorldCluster): { body: string; raw: string } {
    const noise = `${this.sent} ${this.#chance.next()}`;
    if (this.#chance.happens(0.25)) return { body: noise, raw: noise };
    const data = Buffer.from(noise).toString('base64');
    const isOther = this.#chance.happens(0.3);
    const principal = isOther ? 'certificate-of-somebody' : host.certificate;
    const at = Math.floor(this.#world.time.now);
    const envelope = { data, thing, client: thing, principal, at };
    return { body: JSON.stringify(envelope), raw: isOther ? messageText(envelope) : data };
  }
}
