import type { Item } from '../store/expressions.ts';
import type { ItemChange } from '../store/tables.ts';
import type { Violations } from './violations.ts';

const versionOf = (item: Item | undefined) => Number(item?.['v']?.N ?? 0);

/** A record's version counts its writes: one that was made on what somebody else had replaced meanwhile would not. */
export function watchRecords(
  table: string,
  violations: Violations,
): (changes: readonly ItemChange[]) => void {
  return (changes) => {
    for (const { table: of, pk, sk, before, after } of changes) {
      if (of !== table || !after?.['v'] || after === before) continue;
      const [was, is] = [versionOf(before), versionOf(after)];
      if (is !== was + 1)
        violations.add('a write stands on what it read', `${pk} ${sk} went from version ${was} to ${is}`);
    }
  };
}
