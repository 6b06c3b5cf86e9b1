import createClient, { createQuerySerializer, type Client, type Middleware } from 'openapi-fetch';
import type { paths } from './openapi.d.ts';
import { KeystoneProblem, KeystoneUnreachable, problemOf } from './problem.ts';

export { KeystoneProblem, KeystoneUnreachable };
export type { components, operations, paths } from './openapi.d.ts';

export type KeystoneClient = Client<paths, 'application/json'>;

export interface KeystoneClientOptions {
  /** Where the API answers, its /api included, such as https://keystone.example.org/api. */
  baseUrl: string;
  fetch?: (request: Request) => Promise<Response>;
  /** The CSRF token of the session; read from the `csrftoken` cookie of the page unless given. */
  csrfToken?: () => string | undefined;
  /** After which a call counts as unanswered; an update can take a few retries on the server. */
  timeoutMs?: number;
}

export const DEFAULT_TIMEOUT_MS = 15_000;

/** Writes a query as the API reads it: a list of values is one parameter, field__in=1,2. */
export const serializeQuery = createQuerySerializer({ array: { style: 'form', explode: false } });

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * A typed client of the API. A call whose answer is not 2xx throws {@link KeystoneProblem}; one that got no answer
 * throws {@link KeystoneUnreachable}, except where the caller itself aborted it.
 */
export function createKeystoneClient(options: KeystoneClientOptions): KeystoneClient {
  const { baseUrl, timeoutMs = DEFAULT_TIMEOUT_MS, csrfToken = tokenOfPage } = options;
  const send = options.fetch ?? ((request: Request) => globalThis.fetch(request));
  const client = createClient<paths, 'application/json'>({
    baseUrl,
    fetch: (request) => send(withTimeout(request, timeoutMs)),
    querySerializer: serializeQuery,
  });
  client.use(conversation(csrfToken, timeoutMs));
  return client;
}

/** The data of an answer: `await dataOf(client.GET('/users/teams/'))`. */
export async function dataOf<T>(call: Promise<{ data?: T; response: Response }>): Promise<NonNullable<T>> {
  const { data, response } = await call;
  if (data === undefined || data === null)
    throw new TypeError(`${response.url} answered ${response.status} without the expected data.`);
  return data;
}

function conversation(csrfToken: () => string | undefined, timeoutMs: number): Middleware {
  return {
    onRequest({ request }) {
      if (!request.headers.has('X-KEYSTONE-CID')) request.headers.set('X-KEYSTONE-CID', crypto.randomUUID());
      const token = safeMethods.has(request.method) ? undefined : csrfToken();
      if (token) request.headers.set('X-CSRFToken', token);
      return request;
    },
    async onResponse({ response }) {
      if (!response.ok) throw await problemOf(response);
    },
    onError({ request, error }) {
      if (request.signal.aborted) return;
      const timedOut =
        typeof error === 'object' && error !== null && 'name' in error && error.name === 'TimeoutError';
      const reason = timedOut ? `did not answer within ${timeoutMs / 1000} s` : 'can not be reached';
      return new KeystoneUnreachable(`${new URL(request.url).host} ${reason}.`, { cause: error });
    },
  };
}

function withTimeout(request: Request, timeoutMs: number): Request {
  return new Request(request, { signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]) });
}

/** Programs have no page, and no type of one: looked up, not named. */
function tokenOfPage(): string | undefined {
  const page: unknown = Reflect.get(globalThis, 'document');
  if (typeof page !== 'object' || page === null || !('cookie' in page)) return undefined;
  const value = /(?:^|;\s*)csrftoken=([^;]*)/.exec(String(page.cookie))?.[1];
  return value === undefined ? undefined : decodeURIComponent(value);
}
