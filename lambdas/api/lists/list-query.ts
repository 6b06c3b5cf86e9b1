import * as z from 'zod';
import { listQuerySchema } from '@keystone/shared/contracts/rest/list.ts';
import type { Resource } from '@keystone/shared/contracts/rest/operations.ts';
import { parseFields } from '../http/fields.ts';
import { badQuery } from './filter-value.ts';
import { parseFilter, type Filter, type Filterable } from './filter.ts';

export interface Order {
  field: string;
  descending: boolean;
}

/** What a list was asked for. */
export interface ListQuery {
  filters: readonly Filter[];
  order: readonly Order[];
  search: string | undefined;
  limit: number;
  offset: number;
}

/** A query that costs more than this is no question that a page asks. */
const MAX_FILTERS = 25;

/** Fields of a resource's list, with the choices that its contract names. */
export function filterableOf({ filters, read }: Pick<Resource, 'filters' | 'read'>): Filterable {
  const choices: Record<string, readonly string[]> = {};
  for (const field of Object.keys(filters)) {
    const schema = read.shape[field];
    if (schema instanceof z.ZodEnum) choices[field] = schema.options.map(String);
  }
  return { filters, choices };
}

/**
 * A list's query.
 *
 * @throws Refusal bad-query that names the parameter
 */
export function parseListQuery(query: URLSearchParams, filterable: Filterable): ListQuery {
  const own: Record<string, string> = {};
  const filters: Filter[] = [];
  for (const [name, value] of query) {
    if (Object.hasOwn(listQuerySchema.shape, name)) own[name] = value;
    else filters.push(parseFilter(name, value, filterable));
  }
  if (filters.length > MAX_FILTERS) throw badQuery('query', `has more than ${MAX_FILTERS} filters`);
  const { _limit, _offset, _order, _search } = parseFields(listQuerySchema, own, 'bad-query');
  return {
    filters,
    order: parseOrder(_order, filterable),
    search: _search?.trim().toLowerCase() || undefined,
    limit: _limit,
    offset: _offset,
  };
}

function parseOrder(text: string | undefined, { filters }: Filterable): Order[] {
  if (!text) return [];
  return text.split(',').map((part) => {
    const descending = part.startsWith('-');
    const field = descending ? part.slice(1) : part;
    if (!Object.hasOwn(filters, field)) throw badQuery('_order', `this list does not sort by "${field}"`);
    return { field, descending };
  });
}

/** The ids that a query narrows a reference to, or undefined where it does not. */
export function exactIds({ filters }: ListQuery, field: string): number[] | undefined {
  const exact = filters.find((filter) => filter.field === field && filter.exact)?.exact;
  return exact?.filter((value) => typeof value === 'number');
}

/** True where a list needs a field's value to answer a query: some are dear to compute. */
export const usesField = ({ filters, order }: ListQuery, field: string) =>
  filters.some((filter) => filter.field === field) || order.some((by) => by.field === field);
