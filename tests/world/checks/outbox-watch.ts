import { outboxEventSchema, type OutboxEvent } from '@keystone/shared/contracts/events.ts';
import { fromItem } from '@keystone/shared/store/table/items.ts';
import * as z from 'zod';
import type { Item } from '../store/expressions.ts';
import type { ItemChange } from '../store/tables.ts';
import type { Violations } from './violations.ts';

const itemSchema = z.object({ events: z.array(outboxEventSchema) });
const nameOf = (event: OutboxEvent) =>
  JSON.stringify({ type: event.type, cluster: event.cluster, cid: event.cid });

/** What a transaction owed is sent before it is struck off, and nothing is sent that none owed. */
export class OutboxWatch {
  readonly #violations: Violations;
  readonly #owed = new Set<string>();
  readonly #sent = new Set<string>();
  /** Correlation ids of calls, whose events come from transactions only. */
  readonly callers = new Set<string>();

  constructor(violations: Violations) {
    this.#violations = violations;
  }

  get owed(): number {
    return this.#owed.size;
  }

  commit(changes: readonly ItemChange[]): void {
    for (const { pk, before, after } of changes) {
      if (!pk.startsWith('OUT#')) continue;
      if (after) for (const event of itemSchema.parse(fromItem(after)).events) this.#owed.add(nameOf(event));
      else if (before)
        for (const event of itemSchema.parse(fromItem(before)).events)
          if (!this.#sent.has(nameOf(event)))
            this.#violations.add('what is owed is sent', `struck off and never sent: ${nameOf(event)}`);
    }
  }

  /** What was owed and neither sent nor in what was restored is forgotten with the table that owed it. */
  restored(items: readonly Item[]): void {
    const left = items.filter((item) => item['pk']?.S?.startsWith('OUT#'));
    const owed = new Set(left.flatMap((item) => itemSchema.parse(fromItem(item)).events).map(nameOf));
    for (const name of this.#owed) if (!this.#sent.has(name) && !owed.has(name)) this.#owed.delete(name);
    for (const name of owed) this.#owed.add(name);
  }

  sent(body: string): void {
    const event = outboxEventSchema.parse(JSON.parse(body));
    this.#sent.add(nameOf(event));
    if (this.callers.has(event.cid) && !this.#owed.has(nameOf(event)))
      this.#violations.add('what is sent was owed', `no transaction owed ${nameOf(event)}`);
  }

  /** Events that a transaction owed and that nobody sent. */
  unsent(): string[] {
    return [...this.#owed].filter((name) => !this.#sent.has(name));
  }
}
