import { createHash } from 'node:crypto';
import { idempotencyKeySchema } from '@keystone/shared/contracts/rest/idempotency-key.ts';
import { canonicalJson } from '@keystone/shared/domain/policy-content.ts';
import {
  readOutcome,
  type IdempotentCall,
  type IdempotentOutcome,
} from '@keystone/shared/store/unit-of-work/idempotency.ts';
import { jsonBody } from '../http/json-body.ts';
import { badField } from '../http/refusals.ts';
import type { ApiRequest } from './api-request.ts';
import { write, type Write } from './write.ts';

/** The call that an Idempotency-Key makes repeatable, or undefined where it brought none. */
function repeatableCall({ call, caller }: ApiRequest): IdempotentCall | undefined {
  const key = call.headers['idempotency-key'];
  if (key === undefined) return undefined;
  const parsed = idempotencyKeySchema.safeParse(key);
  if (!parsed.success) throw badField('Idempotency-Key', parsed.error.issues[0]?.message ?? 'is none');
  const asked = canonicalJson([call.method, call.path, jsonBody(call)]);
  return {
    who: `USR#${caller.user.id}`,
    key,
    digest: createHash('sha256').update(asked).digest('hex'),
  };
}

/** What a repeatable call came to: done now, or by an earlier one under the same key. */
export type Repeatable<T> = { first: true; result: T } | { first: false; outcome: IdempotentOutcome };

/**
 * Runs a write at most once under the caller's Idempotency-Key: the key's record is part of the same transaction.
 *
 * @param outcome what a repetition is to be answered with
 * @throws IdempotencyMismatchError where the key was used for another call
 */
export async function writeOnce<T>(
  request: ApiRequest,
  work: (write: Write) => Promise<T>,
  outcome: (result: T) => IdempotentOutcome,
): Promise<Repeatable<T>> {
  const repeatable = repeatableCall(request);
  if (!repeatable) return { first: true, result: await write(request, work) };
  const { control, sources } = request.deps;
  const earlier = () => readOutcome(control, repeatable, sources.now());
  try {
    return await write(request, async (own): Promise<Repeatable<T>> => {
      const known = await earlier();
      if (known) return { first: false, outcome: known };
      const result = await work(own);
      own.uow.remember(repeatable, outcome(result));
      return { first: true, result };
    });
  } catch (error) {
    // The same call, a moment earlier, may be what this one was refused for (a name that it took).
    const known = await earlier();
    if (known) return { first: false, outcome: known };
    throw error;
  }
}
