/** A rule's statement, as much of AWS IoT SQL as the local engine runs. */
export interface SqlStatement {
  readonly select: readonly SelectItem[];
  /** Undefined for a rule that Basic Ingest alone starts. */
  readonly from: string | undefined;
  /** All must hold. */
  readonly where: readonly Comparison[];
}

export type SelectItem =
  | { readonly kind: 'everything' }
  | { readonly kind: 'column'; readonly name: string; readonly value: Expression };

export type Expression =
  | { readonly kind: 'literal'; readonly value: string | number | boolean | null }
  /** A path into the JSON payload. */
  | { readonly kind: 'field'; readonly path: readonly string[] }
  /** `topic()` whole, or its level counted from 1. */
  | { readonly kind: 'topic'; readonly level: number | undefined }
  | { readonly kind: 'clientid' }
  | { readonly kind: 'principal' }
  | { readonly kind: 'timestamp' }
  /** `encode(*, 'base64')` of the payload's bytes, or of a field. */
  | { readonly kind: 'base64'; readonly of: 'payload' | Extract<Expression, { kind: 'field' }> };

export const comparisonSigns = ['=', '<>', '!=', '<', '<=', '>', '>='] as const;
export type ComparisonSign = (typeof comparisonSigns)[number];

export interface Comparison {
  readonly left: Expression;
  readonly sign: ComparisonSign;
  readonly right: Expression;
}
