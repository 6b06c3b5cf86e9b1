import { filterOperators, type FilterType, type Filters } from '@keystone/shared/contracts/rest/fields.ts';
import { badQuery, parseBoolean, parseNumber, parseValue } from './filter-value.ts';
import { isPartOfTime, partOfTime } from './part-of-time.ts';
import type { Row, Scalar } from './row.ts';

/** One `field__operator=value` of a query. */
export interface Filter {
  field: string;
  operator: string;
  test(value: Scalar): boolean;
  /** The values that it leaves, where it names them (`=` and `in`). */
  exact: readonly Exclude<Scalar, null>[] | undefined;
}

/** What a list can be asked for: fields by type, and the values of those that are a choice. */
export interface Filterable {
  filters: Filters;
  choices: Readonly<Record<string, readonly string[]>>;
}

const MAX_IN = 200;
const MAX_TEXT = 500;

/**
 * The filter that a query parameter asks for.
 *
 * @throws Refusal bad-query where the field, the operator or the value is unknown
 */
export function parseFilter(name: string, text: string, { filters, choices }: Filterable): Filter {
  const at = name.lastIndexOf('__');
  const field = at > 0 ? name.slice(0, at) : name;
  const named = at > 0 ? name.slice(at + 2) : undefined;
  const type = Object.hasOwn(filters, field) ? filters[field] : undefined;
  if (!type) throw badQuery(name, `this list has no filter "${field}"`);
  if (named !== undefined && !filterOperators[type].includes(named))
    throw badQuery(name, `"${field}" has no operator "${named}"; it has ${filterOperators[type].join(', ')}`);
  const operator = named ?? 'eq';
  const isList = operator === 'in' || operator === 'not_in';
  if ((isList ? text.split(',') : [text]).some((value) => value.length > MAX_TEXT))
    throw badQuery(name, `is longer than ${MAX_TEXT} characters`);
  return { field, operator, ...testOf(name, text, operator, type, choices[field]) };
}

type Test = Pick<Filter, 'test' | 'exact'>;

function testOf(
  name: string,
  text: string,
  operator: string,
  type: FilterType,
  choices: readonly string[] | undefined,
): Test {
  const parse = (one: string) => parseValue(name, one, type, choices);
  if (operator === 'isnull') {
    const wanted = parseBoolean(name, text);
    return { test: (value) => (value === null) === wanted, exact: undefined };
  }
  if (operator === 'in' || operator === 'not_in') {
    const values = text.split(',');
    if (values.length > MAX_IN) throw badQuery(name, `lists more than ${MAX_IN} values`);
    const listed = values.map(parse);
    const isIn = (value: Scalar) => value !== null && listed.includes(value);
    return operator === 'in'
      ? { test: isIn, exact: listed }
      : { test: (value) => !isIn(value), exact: undefined };
  }
  if (isPartOfTime(operator)) {
    const wanted = parseNumber(name, text);
    return {
      test: (value) => typeof value === 'string' && partOfTime(operator, value) === wanted,
      exact: undefined,
    };
  }
  // Part of a choice is no choice, and still a fair question.
  const isPart = /contains|startswith|endswith/.test(operator);
  const wanted = isPart ? text : parse(text);
  if (operator === 'eq') return { test: (value) => value === wanted, exact: [wanted] };
  return { test: comparisons(operator, wanted), exact: undefined };
}

function comparisons(operator: string, wanted: Exclude<Scalar, null>): (value: Scalar) => boolean {
  const negated = operator.startsWith('not_');
  const compare = positive(negated ? operator.slice('not_'.length) : operator, wanted);
  return negated ? (value) => value === null || !compare(value) : (value) => value !== null && compare(value);
}

function positive(
  operator: string,
  wanted: Exclude<Scalar, null>,
): (value: Exclude<Scalar, null>) => boolean {
  const part = String(wanted);
  switch (operator) {
    case 'eq':
      return (value) => value === wanted;
    case 'gt':
      return (value) => value > wanted;
    case 'gte':
      return (value) => value >= wanted;
    case 'lt':
      return (value) => value < wanted;
    case 'lte':
      return (value) => value <= wanted;
    case 'contains':
      return (value) => String(value).includes(part);
    case 'startswith':
      return (value) => String(value).startsWith(part);
    case 'endswith':
      return (value) => String(value).endsWith(part);
    default:
      throw new Error(`filter operator ${operator} is declared and not built`);
  }
}

export const passes = (row: Row, filters: readonly Filter[]) =>
  filters.every(({ field, test }) => test(row.values[field] ?? null));
