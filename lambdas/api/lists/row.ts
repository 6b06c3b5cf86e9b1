export type Scalar = string | number | boolean | null;

/** What a list filters, sorts and searches a record by. */
export interface Row {
  values: Record<string, Scalar>;
  /** The record's texts and the names that it refers to; only where the query searches. */
  words: string[];
}
