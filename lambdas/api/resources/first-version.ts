import type { NumberedKind } from '@keystone/shared/store/table/kinds.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import { Refusal } from '../http/refusals.ts';

/**
 * For a decision, which must not be repeated silently on what someone else decided meanwhile: remembers the version
 * that the first attempt saw, and refuses later attempts that see another.
 */
export function firstVersionOnly(): <K extends NumberedKind>(record: Stored<K>) => void {
  let first: number | undefined;
  return ({ kind, fields: { id }, version }) => {
    first ??= version;
    if (first !== version)
      throw new Refusal(
        'conflict',
        `Someone else changed ${kind} ${id} at the same time. Read it again before you decide.`,
      );
  };
}
