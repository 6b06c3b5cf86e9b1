import { outboxEventSchema, policyEventSchema } from '@keystone/shared/contracts/events.ts';
import { fromItem } from '@keystone/shared/store/table/items.ts';
import * as z from 'zod';
import type { Item } from '../store/expressions.ts';
import type { ItemChange } from '../store/tables.ts';
import type { Violations } from './violations.ts';

const itemSchema = z.object({ events: z.array(outboxEventSchema) });
const nameOf = (cluster: number, cid: string) => JSON.stringify({ cluster, cid });
const entryOf = ({ pk, sk }: { pk?: string | undefined; sk?: string | undefined }) => `${pk} ${sk}`;
const TEAM_CLUSTER = /^(TEAM#\d+) ENT#(\d+)$/;

/** What a transaction owed is sent before it is struck off, and nothing is sent that none owed. */
export class OutboxWatch {
  readonly #violations: Violations;
  readonly #owed = new Set<string>();
  readonly #sent = new Set<string>();
  /** What each entry owes; of a team's clusters those that it had then, as one that comes later owes a policy itself. */
  readonly #entries = new Map<string, string[]>();
  readonly #clusters = new Map<string, Set<number>>();
  /** Teams whose clusters were owed policies, by correlation id. */
  readonly #teams = new Map<string, string[]>();
  /** Correlation ids of calls, whose events come from transactions only. */
  readonly callers = new Set<string>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  get owed(): number {
    return this.#owed.size;
  }

  commit(changes: readonly ItemChange[]): void {
    for (const change of changes) {
      this.#noteCluster(entryOf(change));
      if (!change.pk.startsWith('OUT#')) continue;
      if (change.after) this.#owe(entryOf(change), change.after);
      else if (change.before) this.#struckOff(entryOf(change));
    }
  }

  /** What was owed and neither sent nor in what was restored is forgotten with the table that owed it. */
  restored(items: readonly Item[]): void {
    for (const name of this.#owed) if (!this.#sent.has(name)) this.#owed.delete(name);
    for (const known of [this.#entries, this.#clusters]) known.clear();
    const keyed = items.map((item) => ({ item, key: entryOf({ pk: item['pk']?.S, sk: item['sk']?.S }) }));
    for (const { key } of keyed) this.#noteCluster(key);
    for (const { item, key } of keyed) if (key.startsWith('OUT#')) this.#owe(key, item);
  }

  sent(body: string): void {
    const { cluster, cid } = policyEventSchema.parse(JSON.parse(body));
    const name = nameOf(cluster, cid);
    this.#sent.add(name);
    const isOfTeam = this.#teams.get(cid)?.some((team) => this.#clusters.get(team)?.has(cluster));
    if (this.callers.has(cid) && !this.#owed.has(name) && !isOfTeam)
      this.#violations.add('what is sent was owed', `no transaction owed ${name}`);
  }

  /** Events that a transaction owed and that nobody sent. */
  unsent(): string[] {
    return [...this.#owed].filter((name) => !this.#sent.has(name));
  }

  #noteCluster(key: string): void {
    const [, team, cluster] = TEAM_CLUSTER.exec(key) ?? [];
    if (team === undefined) return;
    this.#clusters.set(team, (this.#clusters.get(team) ?? new Set()).add(Number(cluster)));
  }

  #owe(key: string, item: Item): void {
    const names = itemSchema.parse(fromItem(item)).events.flatMap((event) => {
      if (event.type === 'policy') return [nameOf(event.cluster, event.cid)];
      const team = `TEAM#${event.team}`;
      this.#teams.set(event.cid, [...(this.#teams.get(event.cid) ?? []), team]);
      return [...(this.#clusters.get(team) ?? [])].map((cluster) => nameOf(cluster, event.cid));
    });
    this.#entries.set(key, names);
    for (const name of names) this.#owed.add(name);
  }

  #struckOff(key: string): void {
    for (const name of this.#entries.get(key) ?? [])
      if (!this.#sent.has(name))
        this.#violations.add('what is owed is sent', `struck off and never sent: ${name}`);
  }
}
