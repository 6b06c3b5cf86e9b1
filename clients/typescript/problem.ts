import type { components } from './openapi.d.ts';

export type ProblemDocument = components['schemas']['Problem'];

/** A refusal by the API, as its RFC 9457 document tells it. */
export class KeystoneProblem extends Error {
  override readonly name = 'KeystoneProblem';
  readonly status: number;
  readonly title: string;
  readonly detail: string;
  /** Correlation id: what to quote when asking for help. */
  readonly cid: string;
  /** What is wrong with each field of the body or query that was refused. */
  readonly errors: Readonly<Record<string, readonly string[]>>;

  constructor(document: Omit<ProblemDocument, 'type'>) {
    super(document.detail);
    this.status = document.status;
    this.title = document.title;
    this.detail = document.detail;
    this.cid = document.cid;
    this.errors = document.errors ?? {};
  }
}

/** No answer came: the network is down, the server is away, or the call took too long. */
export class KeystoneUnreachable extends Error {
  override readonly name = 'KeystoneUnreachable';
}

const text = (value: unknown, fallback: string) => (typeof value === 'string' ? value : fallback);

function fieldErrors(value: unknown): Record<string, string[]> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).flatMap(([field, messages]) =>
      Array.isArray(messages) ? [[field, messages.filter((message) => typeof message === 'string')]] : [],
    ),
  );
}

function parsed(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    // A gateway in between may answer in HTML; its status still tells what happened.
    return {};
  }
}

/** The problem that a failed answer carries; whatever it lacks is filled from the answer itself. */
export async function problemOf(response: Response): Promise<KeystoneProblem> {
  const document = parsed(await response.text());
  const title = text(document['title'], response.statusText || `Status ${response.status}`);
  return new KeystoneProblem({
    status: response.status,
    title,
    detail: text(document['detail'], title),
    cid: text(document['cid'], response.headers.get('x-keystone-cid') ?? ''),
    errors: fieldErrors(document['errors']),
  });
}
