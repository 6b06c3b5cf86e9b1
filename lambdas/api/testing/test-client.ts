import type { APIGatewayProxyStructuredResultV2 } from 'aws-lambda';
import type { HttpHandler } from '../edge/http-handler.ts';
import { checkContract } from './contract-check.ts';
import { httpEvent, testContext, type HttpCall } from './http-event.ts';

export interface Answer {
  status: number;
  /** JSON of the body, or undefined where there is none. */
  body: unknown;
  headers: Record<string, string>;
  cookies: string[];
}

/** A part of an answer's JSON by path, whatever it is: `at(answer.body, 'results', 0, 'id')`. */
export function at(value: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>(
    (inner, key) => (typeof inner === 'object' && inner !== null ? Reflect.get(inner, key) : undefined),
    value,
  );
}

/** The number at a path; a test that asks for one means that it is there. */
export function numberAt(value: unknown, ...path: (string | number)[]): number {
  const found = at(value, ...path);
  if (typeof found !== 'number')
    throw new Error(`no number at ${path.join('.')} of ${JSON.stringify(value)?.slice(0, 500)}`);
  return found;
}

function answerOf(result: APIGatewayProxyStructuredResultV2): Answer {
  const headers = Object.fromEntries(
    Object.entries(result.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );
  const body: unknown = result.body === undefined ? undefined : JSON.parse(result.body);
  return { status: result.statusCode ?? 0, body, headers, cookies: result.cookies ?? [] };
}

export interface Handlers {
  api: HttpHandler;
  signIn: HttpHandler;
}

/** A browser, or a program with a cookie jar: keeps its cookies and sends the CSRF token back. */
export class TestClient {
  handlers: Handlers;
  jar = new Map<string, string>();
  remote = '192.0.2.7';

  constructor(handlers: Handlers) {
    this.handlers = handlers;
  }

  /** Sends a call exactly as it is given, with the jar's cookies. */
  async send(call: HttpCall): Promise<Answer> {
    const cookies = [...this.jar].map(([name, value]) => `${name}=${value}`);
    const event = httpEvent({ cookies, remote: this.remote, ...call });
    const handler =
      /^\/authentication\/login(\/|$)/.test(call.path) && call.method === 'POST' ? 'signIn' : 'api';
    const answer = answerOf(await this.handlers[handler](event, testContext));
    if (answer.status < 300) checkContract(call.path, answer.body);
    for (const cookie of answer.cookies) {
      const [pair = ''] = cookie.split(';');
      const [name = '', value = ''] = pair.split('=');
      if (value === '') this.jar.delete(name);
      else this.jar.set(name, value);
    }
    return answer;
  }

  /** Sends JSON with the CSRF token, as the site does. */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const csrf = this.jar.get('csrftoken');
    return this.send({
      method,
      path,
      headers: {
        ...(csrf !== undefined && { 'x-csrftoken': csrf }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
  }

  get = (path: string) => this.call('GET', path);
  post = (path: string, body: unknown, headers?: Record<string, string>) =>
    this.call('POST', path, body, headers);
  patch = (path: string, body: unknown, headers?: Record<string, string>) =>
    this.call('PATCH', path, body, headers);
  delete = (path: string, headers?: Record<string, string>) => this.call('DELETE', path, undefined, headers);

  /** The same person, calling the API through other handlers. */
  through(handlers: Handlers): TestClient {
    const other = new TestClient(handlers);
    other.jar = new Map(this.jar);
    other.remote = this.remote;
    return other;
  }

  async signIn(username: string, password: string): Promise<Answer> {
    return this.post('/authentication/login/', { username, password });
  }
}
