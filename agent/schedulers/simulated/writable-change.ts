import { isAccountName, isMemberName } from '@keystone/shared/domain/names.ts';
import type { Change } from '../scheduler.ts';

/** False for names that no scheduler carries and for limits that would be none: what is refused here is refused by Slurm too. */
export function isWritable(change: Change): boolean {
  if (!isAccountName(change.account)) return false;
  if ('limitMinutes' in change) return Number.isSafeInteger(change.limitMinutes) && change.limitMinutes >= 0;
  if ('defaultAccount' in change && change.defaultAccount !== null && !isAccountName(change.defaultAccount))
    return false;
  return !('user' in change) || isMemberName(change.user);
}
