import { PROBLEM_TYPE, type Problem } from '@keystone/shared/contracts/rest/problem.ts';
import {
  ConflictError,
  IdempotencyMismatchError,
  TakenError,
  TooLargeError,
} from '@keystone/shared/store/table/errors.ts';
import { badField, Refusal, refusals } from './refusals.ts';
import type { Reply } from './reply.ts';

/** What the store's own refusals come to at this edge; everything else is unexpected. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (error instanceof Refusal) return error;
  if (error instanceof TakenError) return badField(error.field, `a ${error.kind} with this value exists`);
  if (error instanceof ConflictError)
    return new Refusal('conflict', 'Others changed the same records at the same time. Repeat the call.');
  if (error instanceof TooLargeError)
    return new Refusal('too-many-changes', `${error.message}. Split it into several calls.`);
  if (error instanceof IdempotencyMismatchError)
    return new Refusal('key-reused', 'Use a new Idempotency-Key for another call.');
  return undefined;
}

/** The problem document of a refusal. */
export function problemReply(refusal: Refusal, cid: string): Reply {
  const { status, title } = refusals[refusal.code];
  const body: Problem = {
    type: `urn:keystone:problem:${refusal.code}`,
    title,
    status,
    detail: refusal.message,
    cid,
    ...(refusal.errors && { errors: refusal.errors }),
  };
  return { status, body, headers: { ...refusal.headers, 'content-type': PROBLEM_TYPE } };
}
