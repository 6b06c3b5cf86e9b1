/** Rows that could not be understood. A month may be full of them, so all but the first are only counted. */
export interface UnreadableRows {
  readonly count: number;
  readonly first: string | null;
}

export const NONE_UNREADABLE: UnreadableRows = { count: 0, first: null };

export const unreadableIn = (rows: readonly string[]): UnreadableRows => ({
  count: rows.length,
  first: rows[0] ?? null,
});

export const together = (before: UnreadableRows, more: UnreadableRows): UnreadableRows => ({
  count: before.count + more.count,
  first: before.first ?? more.first,
});
