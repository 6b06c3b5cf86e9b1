import * as z from 'zod';

/** The API refused; `problem` is its problem document. */
export class ApiRefusal extends Error {
  override name = 'ApiRefusal';
  readonly status: number;
  constructor(method: string, path: string, status: number, problem: string) {
    super(`${method} ${path}: ${status} ${problem}`);
    this.status = status;
  }
}

const idSchema = z.looseObject({ id: z.int() });
const TIMEOUT_MS = 30_000;

/** A signed-in caller of the API, as a browser would be: cookies, and the CSRF token on what writes. */
export class ApiSession {
  readonly #base: string;
  readonly #cookies = new Map<string, string>();

  private constructor(base: string) {
    this.#base = base;
  }

  /** @throws ApiRefusal where name or password is wrong */
  static async signIn(base: string, username: string, password: string): Promise<ApiSession> {
    const session = new ApiSession(base);
    await session.call('POST', '/authentication/login/', { username, password });
    return session;
  }

  /** Adds a record. @returns its id */
  async create(path: string, body: unknown, headers: Readonly<Record<string, string>> = {}): Promise<number> {
    return idSchema.parse(await this.call('POST', path, body, headers)).id;
  }

  /** @throws ApiRefusal where the answer is no success */
  async call(
    method: string,
    path: string,
    body?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ): Promise<unknown> {
    const response = await fetch(`${this.#base}/api${path}`, {
      method,
      headers: {
        cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; '),
        'x-csrftoken': this.#cookies.get('csrftoken') ?? '',
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
    }
    const text = await response.text();
    if (!response.ok) throw new ApiRefusal(method, path, response.status, text);
    return text === '' ? undefined : JSON.parse(text);
  }
}
