import { createKeystoneClient, type KeystoneClient } from '@keystone/client/client.ts';

interface Call {
  query: URLSearchParams;
  body: unknown;
  headers: Headers;
}
type Answer = (call: Call) => unknown;

export interface FakeApi {
  client: KeystoneClient;
  /** What was asked, as `METHOD /path/`, oldest first. */
  asked: string[];
  /** The same, as `/api/path/?query`. */
  addresses: string[];
  calls: (route: string) => Call[];
}

/** A refusal to answer with. */
export const refusal = (status: number, detail: string, errors?: Record<string, string[]>): Response =>
  Response.json({ type: 'about:blank', title: detail, status, detail, cid: 'test', errors }, { status });

/** An API that answers the named routes (`GET /users/teams/`), and fails a test that asks for anything else. */
export function fakeApi(routes: Readonly<Record<string, Answer>>): FakeApi {
  const recorded: { route: string; address: string; call: Call }[] = [];
  const client = createKeystoneClient({
    baseUrl: 'http://localhost/api',
    fetch: async (request) => {
      const url = new URL(request.url);
      const route = `${request.method} ${url.pathname.replace(/^\/api/, '')}`;
      const text = await request.text();
      const call = {
        query: url.searchParams,
        body: text ? JSON.parse(text) : undefined,
        headers: request.headers,
      };
      recorded.push({ route, address: url.pathname + url.search, call });
      const answer = routes[route];
      if (!answer) throw new Error(`The test gives no answer to ${route}.`);
      const value = await answer(call);
      return value instanceof Response ? value : Response.json(value);
    },
  });
  return {
    client,
    get asked() {
      return recorded.map(({ route }) => route);
    },
    get addresses() {
      return recorded.map(({ address }) => address);
    },
    calls: (route) => recorded.filter((entry) => entry.route === route).map(({ call }) => call),
  };
}

/** A list as the API answers it. */
export const listOf = <T>(...results: T[]) => ({
  count: results.length,
  next: null,
  previous: null,
  results,
});
