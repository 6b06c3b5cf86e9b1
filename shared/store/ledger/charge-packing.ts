import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { changeActions, type ChargeChange } from './charge-changes.ts';
import { MAX_ACTIONS } from '../table/errors.ts';
import { addPostings, postingActions, type PostingPlace, type Postings } from './ledger-postings.ts';

/** DynamoDB takes 4 MB in one transaction; JSON is a little larger than what it counts. */
const MAX_BYTES = 3_500_000;

/** Changes that one transaction holds, with the sums that they move. */
export interface Pack {
  changes: ChargeChange[];
  actions: TransactWriteItem[];
}

export interface PackLimits {
  actions?: number;
  bytes?: number;
}

/**
 * The longest run of changes from the front that one transaction can hold.
 *
 * @param place where its sums go
 */
export function packChanges(
  table: string,
  changes: readonly ChargeChange[],
  place: PostingPlace,
  { actions: most = MAX_ACTIONS, bytes = MAX_BYTES }: PackLimits = {},
): Pack {
  const packed: ChargeChange[] = [];
  const charges: TransactWriteItem[] = [];
  let sums: Postings = new Map();
  let size = 0;
  for (const change of changes) {
    const own = changeActions(table, change);
    const next = new Map(sums);
    if (change.kind !== 'confirmed') addPostings(next, change.charge, change.standing, place);
    size += sizeOf(own) + (next.size - sums.size) * SUM_BYTES;
    const fits = charges.length + own.length + next.size <= most && size <= bytes;
    if (packed.length > 0 && !fits) break;
    packed.push(change);
    charges.push(...own);
    sums = next;
  }
  return { changes: packed, actions: [...charges, ...postingActions(table, sums)] };
}

/** A sum's key and names at their longest (two names of 255 characters, written twice). */
const SUM_BYTES = 5_000;

const sizeOf = (actions: TransactWriteItem[]) => Buffer.byteLength(JSON.stringify(actions));
