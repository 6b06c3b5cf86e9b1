import db from 'dynalite/db/index.js';

type Body = { __type: string; message?: string; [name: string]: unknown };

/** A refusal as DynamoDB words it. dynalite's own errors have the same shape. */
export class DynamoDbError extends Error {
  readonly statusCode = 400;
  readonly body: Body;

  constructor(name: string, message: string, extra: Record<string, unknown> = {}) {
    super(message);
    this.name = name;
    this.body = { __type: `com.amazonaws.dynamodb.v20120810#${name}`, message, ...extra };
  }
}

export type Refusal = Error & { statusCode: number; body: Body };

/** True for an answer to the caller; anything else is a fault of ours. */
export function isRefusal(error: unknown): error is Refusal {
  return error instanceof Error && 'statusCode' in error && 'body' in error;
}

/** The name of a refusal without its namespace, for example `ConditionalCheckFailedException`. */
export function nameOf(refusal: Refusal): string {
  return refusal.body.__type.split('#').at(-1) ?? refusal.body.__type;
}

export const invalid = (message: string) => db.validationError(message);

/** A constraint on a member of the request, in the words of the service's request validation. */
export const constraint = (member: string, rule: string) =>
  invalid(
    `1 validation error detected: Value at '${member}' failed to satisfy constraint: Member must ${rule}`,
  );
