/** Every refusal that the API gives: its status, and a title that tells a stranger nothing. */
export const refusals = {
  'bad-request': { status: 400, title: 'The request is not right' },
  'bad-field': { status: 400, title: 'A field is not right' },
  'bad-query': { status: 400, title: 'A query parameter is not right' },
  'answer-too-large': { status: 400, title: 'The answer would be too large' },
  'not-signed-in': { status: 401, title: 'Not signed in' },
  'wrong-password': { status: 401, title: 'Name or password is wrong' },
  'not-allowed': { status: 403, title: 'Not allowed' },
  'no-csrf-token': { status: 403, title: 'The CSRF token is missing or not of this session' },
  'foreign-origin': { status: 403, title: 'The call comes from another site' },
  'bad-token': { status: 403, title: 'The token is unknown, used or over' },
  'not-found': { status: 404, title: 'Not found' },
  'method-not-allowed': { status: 405, title: 'The path has no such method' },
  conflict: { status: 409, title: 'The record changed meanwhile' },
  'last-owner': { status: 409, title: 'A team keeps an owner' },
  'other-version': { status: 412, title: 'The record has another version' },
  'body-too-large': { status: 413, title: 'The body is too large' },
  'not-json': { status: 415, title: 'The body is not JSON' },
  'key-reused': { status: 422, title: 'The Idempotency-Key was used for another call' },
  'too-many-changes': { status: 422, title: 'One call cannot change this much' },
  'too-many-attempts': { status: 429, title: 'Too many attempts' },
  unexpected: { status: 500, title: 'Something went wrong' },
} as const satisfies Record<string, { status: number; title: string }>;
export type RefusalCode = keyof typeof refusals;

/** What is wrong with each field, filter or header. */
export type FieldErrors = Record<string, string[]>;

/** An expected refusal. `detail` reaches the caller: it names the thing and the fix, and nothing that is not theirs. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly code: RefusalCode;
  readonly errors: FieldErrors | undefined;
  readonly headers: Record<string, string>;

  constructor(
    code: RefusalCode,
    detail: string,
    more: { errors?: FieldErrors; headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.code = code;
    this.errors = more.errors;
    this.headers = more.headers ?? {};
  }
}

/** A field that is not right, by name. */
export const badField = (field: string, reason: string) =>
  new Refusal('bad-field', `${field}: ${reason}`, { errors: { [field]: [reason] } });

/** A field that the caller may not set. */
export const fieldNotAllowed = (field: string, reason: string) =>
  new Refusal('not-allowed', `${field}: ${reason}`, { errors: { [field]: [reason] } });

export const notAllowed = (detail = 'Your role does not allow this.') => new Refusal('not-allowed', detail);
export const notFound = (detail = 'There is nothing under this address.') => new Refusal('not-found', detail);
