import * as z from 'zod';
import type { FilterType } from '@keystone/shared/contracts/rest/fields.ts';
import { Refusal } from '../http/refusals.ts';
import type { Scalar } from './row.ts';

export const badQuery = (name: string, reason: string) =>
  new Refusal('bad-query', `${name}: ${reason}`, { errors: { [name]: [reason] } });

const booleans = new Map([
  ['true', true],
  ['True', true],
  ['1', true],
  ['false', false],
  ['False', false],
  ['0', false],
]);

export function parseBoolean(name: string, text: string): boolean {
  const value = booleans.get(text);
  if (value === undefined) throw badQuery(name, `"${text}" is not true or false`);
  return value;
}

export function parseNumber(name: string, text: string): number {
  if (!/^-?\d{1,15}$/.test(text)) throw badQuery(name, `"${text}" is not a whole number`);
  return Number(text);
}

/**
 * A filter's value in the form that rows hold it in.
 *
 * @param choices the values that the field can have, where it is a choice
 * @throws Refusal bad-query that names the parameter
 */
export function parseValue(
  name: string,
  text: string,
  type: FilterType,
  choices: readonly string[] | undefined,
): Exclude<Scalar, null> {
  switch (type) {
    case 'number':
    case 'reference':
      return parseNumber(name, text);
    case 'boolean':
      return parseBoolean(name, text);
    case 'date':
      if (!z.iso.date().safeParse(text).success) throw badQuery(name, `"${text}" is not a day (YYYY-MM-DD)`);
      return text;
    case 'datetime':
      return parseDateTime(name, text);
    case 'text':
      if (choices && !choices.includes(text))
        throw badQuery(name, `"${text}" is none of ${choices.join(', ')}`);
      return text;
  }
}

/** Rows hold UTC to the millisecond, and compare as texts. */
function parseDateTime(name: string, text: string): string {
  // In a query a plus sign that was not escaped reads as a space.
  const iso = text.replace(/ (\d\d:\d\d)$/, '+$1');
  const known =
    z.iso.datetime({ offset: true, local: true }).safeParse(iso).success ||
    z.iso.date().safeParse(iso).success;
  if (!known) throw badQuery(name, `"${text}" is not a time (ISO 8601)`);
  return new Date(/(Z|[+-]\d\d:\d\d)$/.test(iso) || !iso.includes('T') ? iso : `${iso}Z`).toISOString();
}
