import { describe, expect, it } from '@jest/globals';
import { filterOperators, type FilterType } from '@keystone/shared/contracts/rest/fields.ts';
import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import { Refusal } from '../http/refusals.ts';
import { parseFilter, passes } from './filter.ts';
import { filterableOf, parseListQuery } from './list-query.ts';
import type { Scalar } from './row.ts';

const filterable = {
  filters: {
    n: 'number',
    ref: 'reference',
    flag: 'boolean',
    name: 'text',
    day: 'date',
    at: 'datetime',
    status: 'text',
  },
  choices: { status: ['PD', 'AP'] },
} as const;

const test = (name: string, text: string, value: Scalar) => {
  const filter = parseFilter(name, text, filterable);
  return passes({ values: { [filter.field]: value }, words: [] }, [filter]);
};
const refusal = (name: string, text: string) => {
  try {
    parseFilter(name, text, filterable);
    return undefined;
  } catch (error) {
    return error instanceof Refusal ? error.errors?.[name]?.[0] : error;
  }
};

describe('a filter', () => {
  it.each<[string, string, Scalar, boolean]>([
    ['n', '5', 5, true],
    ['n', '5', 6, false],
    ['n', '-5', -5, true],
    ['n__gt', '5', 6, true],
    ['n__gt', '5', 5, false],
    ['n__gte', '5', 5, true],
    ['n__lt', '5', 4, true],
    ['n__lt', '5', null, false],
    ['n__lte', '5', 5, true],
    ['n__in', '4,5', 5, true],
    ['n__in', '4,5', 6, false],
    ['n__not_in', '4,5', 6, true],
    ['n__not_in', '4,5', null, true],
    ['n__not_eq', '5', 5, false],
    ['n__not_eq', '5', null, true],
    ['n__isnull', 'true', null, true],
    ['n__isnull', 'false', null, false],
    ['ref', '7', 7, true],
    ['flag', 'true', true, true],
    ['flag', 'False', true, false],
    ['flag', '1', true, true],
    ['name', 'ab', 'ab', true],
    ['name', 'ab', 'AB', false],
    ['name__contains', 'b', 'abc', true],
    ['name__contains', '.*', 'abc', false],
    ['name__not_contains', 'b', 'abc', false],
    ['name__startswith', 'a', 'abc', true],
    ['name__not_startswith', 'a', null, true],
    ['name__endswith', 'c', 'abc', true],
    ['name__not_endswith', 'c', 'abc', false],
    ['name__in', 'a,b', 'b', true],
    ['status', 'AP', 'AP', true],
    ['status__contains', 'A', 'AP', true],
    ['day', '2026-11-24', '2026-11-24', true],
    ['day__gt', '2026-11-23', '2026-11-24', true],
    ['day__year', '2026', '2026-11-24', true],
    ['day__month', '11', '2026-11-24', true],
    ['day__day', '24', '2026-11-24', true],
    ['day__week', '48', '2026-11-24', true],
    ['day__week', '53', '2027-01-03', true],
    ['day__week', '1', '2027-01-04', true],
    ['day__week_day', '3', '2026-11-24', true],
    ['day__week_day', '1', '2026-11-22', true],
    ['day__year', '2026', null, false],
    ['at', '2026-11-24T12:00:00Z', '2026-11-24T12:00:00.000Z', true],
    ['at__gte', '2026-11-24T13:00:00+01:00', '2026-11-24T12:00:00.000Z', true],
    ['at__gte', '2026-11-24T13:00:00 01:00', '2026-11-24T12:00:00.000Z', true],
    ['at__lt', '2026-11-25', '2026-11-24T23:59:59.999Z', true],
    ['at__hour', '12', '2026-11-24T12:34:56.000Z', true],
    ['at__minute', '34', '2026-11-24T12:34:56.000Z', true],
    ['at__second', '56', '2026-11-24T12:34:56.000Z', true],
  ])('%s=%s of %j is %s', (name, text, value, expected) => {
    expect(test(name, text, value)).toBe(expected);
  });

  it.each([
    ['other', '1', 'this list has no filter'],
    ['constructor', '1', 'this list has no filter'],
    ['__proto__', '1', 'this list has no filter'],
    ['_team', '1', 'this list has no filter'],
    ['n__contains', '1', 'has no operator'],
    ['n__constructor', '1', 'has no operator'],
    ['name__gt', 'a', 'has no operator'],
    ['n', 'five', 'is not a whole number'],
    ['n', '', 'is not a whole number'],
    ['n', '1e3', 'is not a whole number'],
    ['n__in', '1,x', 'is not a whole number'],
    ['flag', 'maybe', 'is not true or false'],
    ['flag', 'constructor', 'is not true or false'],
    ['status', 'XX', 'is none of PD, AP'],
    ['status__in', 'AP,XX', 'is none of PD, AP'],
    ['day', '24.11.2026', 'is not a day'],
    ['day', '2026-02-30', 'is not a day'],
    ['at', 'noon', 'is not a time'],
    ['name__contains', 'x'.repeat(501), 'is longer than'],
    ['n__in', Array(201).fill('1').join(','), 'lists more than'],
  ])('%s=%s is refused by name', (name, text, reason) => {
    expect(refusal(name, text)).toContain(reason);
  });

  it('has every operator that the contract declares for its type', () => {
    const values: Record<FilterType, [string, string]> = {
      number: ['n', '5'],
      reference: ['ref', '5'],
      boolean: ['flag', 'true'],
      text: ['name', 'a'],
      date: ['day', '2026-11-24'],
      datetime: ['at', '2026-11-24T12:00:00Z'],
    };
    const parts = ['day', 'hour', 'minute', 'month', 'second', 'week', 'week_day', 'year'];
    for (const [type, [field, value]] of Object.entries(values))
      for (const operator of Object.entries(filterOperators).find(([name]) => name === type)?.[1] ?? []) {
        const text = parts.includes(operator) ? '5' : operator === 'isnull' ? 'true' : value;
        expect(typeof test(`${field}__${operator}`, text, null)).toBe('boolean');
      }
  });
});

describe('the query of a list', () => {
  const parse = (query: string) =>
    parseListQuery(new URLSearchParams(query), filterableOf(resources.requests));

  it('has a page of a hundred unless told otherwise', () => {
    expect(parse('')).toMatchObject({ limit: 100, offset: 0, order: [], filters: [], search: undefined });
    expect(parse('_limit=1000&_offset=5&_order=-title,id&_search=%20Abc%20')).toMatchObject({
      limit: 1000,
      offset: 5,
      order: [
        { field: 'title', descending: true },
        { field: 'id', descending: false },
      ],
      search: 'abc',
    });
  });

  it('knows the choices of the contract', () => {
    expect(() => parse('status=XX')).toThrow('PD, AP, DC, CR');
  });

  it.each([
    '_limit=0',
    '_limit=1001',
    '_limit=x',
    '_offset=-1',
    '_order=password',
    '_order=toString',
    '_page=1',
    'toString=1',
    'id__eq=1',
  ])('refuses %s by name', (query) => {
    const [name = ''] = query.split('=');
    expect(() => parse(query)).toThrow(name);
  });

  it('takes as many values as a list may hold, however long they are together', () => {
    const ids = Array.from({ length: 200 }, (_, index) => 1_000_000 + index);
    expect(parse(`id__in=${ids.join(',')}`).filters[0]?.exact).toEqual(ids);
    expect(() => parse(`id__in=${[...ids, 1].join(',')}`)).toThrow('200 values');
    expect(() => parse(`title__in=a,${'b'.repeat(501)}`)).toThrow('500 characters');
  });

  it('refuses more filters than a question has', () => {
    expect(() => parse(Array(26).fill('id=1').join('&'))).toThrow('25 filters');
  });
});
