/** Somebody else changed what this unit of work read or wrote. Run it again from its reads. */
export class ConflictError extends Error {
  override name = 'ConflictError';
}

/** A value that must be unique is taken. */
export class TakenError extends Error {
  override name = 'TakenError';
  readonly kind: string;
  readonly field: string;
  constructor(kind: string, field: string) {
    super(`${kind}.${field} is taken`);
    this.kind = kind;
    this.field = field;
  }
}

/** More than one transaction can hold. */
export class TooLargeError extends Error {
  override name = 'TooLargeError';
  readonly actions: number;
  constructor(actions: number) {
    super(`the change needs ${actions} writes and checks; one transaction holds ${MAX_ACTIONS}`);
    this.actions = actions;
  }
}

/** The same Idempotency-Key came with another body. */
export class IdempotencyMismatchError extends Error {
  override name = 'IdempotencyMismatchError';
}

/** What DynamoDB takes in one transaction. */
export const MAX_ACTIONS = 100;
