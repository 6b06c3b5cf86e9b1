import * as z from 'zod';
import { filterOperators, type Filters, type FilterType } from './fields.ts';
import { idempotencyKeySchema } from './idempotency-key.ts';
import { listQuerySchema, pageQuerySchema } from './list.ts';
import type { JsonSchema } from './openapi-schemas.ts';

export interface Parameter {
  name: string;
  in: 'query' | 'path' | 'header';
  required?: boolean;
  description?: string;
  style?: 'form';
  explode?: boolean;
  schema: JsonSchema;
}

const described: Record<string, string> = {
  _limit: 'Records on a page',
  _offset: 'Records to skip',
  _order: 'Fields to sort by, comma-separated; a hyphen before one turns it round',
  _search: "Case-insensitive part match over the record's text fields and the names it refers to",
};

const valueSchemas: Record<FilterType, JsonSchema> = {
  number: { type: 'integer' },
  reference: { type: 'integer' },
  boolean: { type: 'boolean' },
  text: { type: 'string' },
  date: { type: 'string', format: 'date' },
  datetime: { type: 'string', format: 'date-time' },
};

const listOperators = new Set(['in', 'not_in']);
const partsOfTime = new Set(['day', 'hour', 'minute', 'month', 'second', 'week', 'week_day', 'year']);

function filterParameter(field: string, type: FilterType, operator: string): Parameter {
  const name = `${field}__${operator}`;
  if (listOperators.has(operator)) {
    const schema = { type: 'array' as const, items: valueSchemas[type] };
    return { name, in: 'query', style: 'form', explode: false, schema };
  }
  if (operator === 'isnull') return { name, in: 'query', schema: { type: 'boolean' } };
  if (partsOfTime.has(operator)) return { name, in: 'query', schema: { type: 'integer' } };
  return { name, in: 'query', schema: valueSchemas[type] };
}

/** `field=value` and `field__operator=value` for each field that a list filters by. */
export const filterParameters = (filters: Filters): Parameter[] =>
  Object.entries(filters).flatMap(([field, type]) => [
    { name: field, in: 'query' as const, schema: valueSchemas[type] },
    ...filterOperators[type].map((operator) => filterParameter(field, type, operator)),
  ]);

/** One parameter for each field of a query's schema. */
export function queryParameters(query: z.ZodObject): Parameter[] {
  // Output, because a coerced number takes anything; what it becomes is what the query means.
  const { properties = {} } = z.toJSONSchema(query, { io: 'output' });
  return Object.entries(properties).flatMap(([name, schema]) => {
    if (typeof schema === 'boolean') return [];
    const field = query.shape[name];
    const required = field instanceof z.ZodType && !field.safeParse(undefined).success;
    const description = described[name];
    return [{ name, in: 'query' as const, required, ...(description ? { description } : {}), schema }];
  });
}

/** What every list takes besides its filters. */
export const listParameters = (): Parameter[] => queryParameters(listQuerySchema);

/** What a list in one order takes, of which nothing is searched. */
export const pageParameters = (): Parameter[] => queryParameters(pageQuerySchema);

export const idParameter: Parameter = {
  name: 'id',
  in: 'path',
  required: true,
  schema: { type: 'integer', minimum: 1 },
};

/** Headers that a caller may send, by the key under which the document holds them. */
export const headerParameters = {
  correlation: {
    name: 'X-KEYSTONE-CID',
    in: 'header',
    description:
      'Correlation id: kept where given, made where not, and carried into all that the call causes',
    schema: { type: 'string', format: 'uuid' },
  },
  ifMatch: {
    name: 'If-Match',
    in: 'header',
    description: 'The ETag that was read; another version since is a 412. Without it the last write wins',
    schema: { type: 'string' },
  },
  idempotency: {
    name: 'Idempotency-Key',
    in: 'header',
    description: 'Makes a POST repeatable: the same key and body answer the same; another body is a 422',
    schema: z.toJSONSchema(idempotencyKeySchema),
  },
} as const satisfies Record<string, Parameter>;
