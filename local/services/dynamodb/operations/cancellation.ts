import { DynamoDbError, nameOf } from './errors.ts';
import type { Outcome } from './item-change.ts';
import type { ItemRequest } from './item-request.ts';

/** Why one action of a transaction did not happen, in the order of the request. */
export type Reason = { Code: string; Message?: string; Item?: unknown };

const none: Reason = { Code: 'None' };
const conflict: Reason = {
  Code: 'TransactionConflict',
  Message: 'Transaction is ongoing for the item',
};

/** The reason of an item that is only read. */
export const readReason = (struck: boolean): Reason => (struck ? conflict : none);

/** The reason of an item that is written or checked; a conflict hides what its condition would have said. */
export function writeReason({ refusal, change }: Outcome, item: ItemRequest, struck: boolean): Reason {
  if (struck) return conflict;
  if (!refusal) return none;
  if (nameOf(refusal) !== 'ConditionalCheckFailedException')
    return { Code: 'ValidationError', Message: refusal.message };
  return {
    Code: 'ConditionalCheckFailed',
    Message: 'The conditional request failed',
    ...(item.returnOld && change.before && { Item: change.before }),
  };
}

/** Cancels a transaction in which any action has a reason not to happen. */
export function refuseCancelled(reasons: readonly Reason[]): void {
  if (reasons.every(({ Code }) => Code === 'None')) return;
  const codes = reasons.map(({ Code }) => Code).join(', ');
  throw new DynamoDbError(
    'TransactionCanceledException',
    `Transaction cancelled, please refer cancellation reasons for specific reasons [${codes}]`,
    { CancellationReasons: reasons },
  );
}
