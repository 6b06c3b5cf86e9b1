import type { Call } from '../http/call.ts';
import { passes } from './filter.ts';
import type { ListQuery, Order } from './list-query.ts';
import type { Row, Scalar } from './row.ts';

/** The envelope of a list, before its records are written out. */
export interface Page<T> {
  count: number;
  next: string | null;
  previous: string | null;
  results: T[];
}

/** Those of the records that a query asks for, in its order, and the page of them. */
export function pageOf<T>(
  call: Call,
  query: ListQuery,
  records: readonly { record: T; row: Row }[],
): Page<T> {
  const found = records.filter(({ row }) => passes(row, query.filters) && hasWord(row, query.search));
  found.sort((a, b) => compareRows(a.row, b.row, query.order));
  const { limit, offset } = query;
  return {
    count: found.length,
    next: offset + limit < found.length ? addressAt(call, offset + limit) : null,
    previous: offset > 0 ? addressAt(call, Math.max(0, offset - limit)) : null,
    results: found.slice(offset, offset + limit).map(({ record }) => record),
  };
}

const hasWord = ({ words }: Row, search: string | undefined) =>
  search === undefined || words.some((word) => word.toLowerCase().includes(search));

function compareRows(a: Row, b: Row, order: readonly Order[]): number {
  for (const { field, descending } of order) {
    const result = compareValues(a.values[field] ?? null, b.values[field] ?? null);
    if (result !== 0) return descending ? -result : result;
  }
  return 0;
}

/** Nothing comes last. */
function compareValues(a: Scalar, b: Scalar): number {
  if (a === b) return 0;
  if (a === null) return 1;
  if (b === null) return -1;
  return a < b ? -1 : 1;
}

function addressAt(call: Call, offset: number): string {
  const query = new URLSearchParams(call.query);
  query.set('_offset', String(offset));
  return `${call.origin}/api${call.path}?${query}`;
}
