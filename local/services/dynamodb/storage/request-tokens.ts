import { createHash } from 'node:crypto';
import type { Operation, Store } from 'dynalite/db/index.js';
import * as z from 'zod';
import { tokenPrefix, under } from './key-space.ts';

/** How long DynamoDB knows a ClientRequestToken. */
const lifetime = 10 * 60_000;

const shape = z.object({ request: z.string(), until: z.number() });
type Token = z.infer<typeof shape>;

/** Tokens of transactions that were written; they lie in the database, so that a restart does not forget them. */
export class RequestTokens {
  readonly #clock: () => number;
  /** In order of their end. */
  readonly #tokens: Map<string, Token>;
  readonly #running = new Set<string>();

  private constructor(clock: () => number, tokens: Map<string, Token>) {
    this.#clock = clock;
    this.#tokens = tokens;
  }

  static async open(store: Store, clock: () => number): Promise<RequestTokens> {
    const found: [string, Token][] = [];
    for await (const [key, value] of store.db.iterator(under(tokenPrefix)))
      found.push([key.slice(tokenPrefix.length), shape.parse(value)]);
    return new RequestTokens(clock, new Map(found.sort(([, a], [, b]) => a.until - b.until)));
  }

  /** Whether a request with this token is new, was done before, differs from what was done, or is running now. */
  begin(token: string, request: string): 'new' | 'done' | 'different' | 'running' {
    if (this.#running.has(token)) return 'running';
    const known = this.#tokens.get(token);
    if (known && known.until > this.#clock()) return known.request === request ? 'done' : 'different';
    this.#running.add(token);
    return 'new';
  }

  end(token: string): void {
    this.#running.delete(token);
  }

  /** What to write in the transaction's own batch, so that token and effect are there together or not at all. */
  stage(token: string, request: string): Operation[] {
    const value: Token = { request, until: this.#clock() + lifetime };
    const ended = this.#ended().map((old): Operation => ({ type: 'del', key: tokenPrefix + old }));
    return [...ended, { type: 'put', key: tokenPrefix + token, value }];
  }

  /** The transaction is written. */
  written(token: string, request: string): void {
    for (const old of this.#ended()) this.#tokens.delete(old);
    this.#tokens.delete(token);
    this.#tokens.set(token, { request, until: this.#clock() + lifetime });
  }

  #ended(): string[] {
    const now = this.#clock();
    const ended: string[] = [];
    for (const [token, { until }] of this.#tokens) {
      if (until > now) break;
      ended.push(token);
    }
    return ended;
  }
}

/** What tells two requests apart that come with the same token. */
export const digestOf = (items: unknown) =>
  createHash('sha256').update(JSON.stringify(items)).digest('base64');
