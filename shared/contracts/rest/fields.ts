import * as z from 'zod';
import { MAX_SERVICE_UNITS } from '../../domain/units.ts';

/** Whole service units (SU hours). */
export const serviceUnitsSchema = z
  .int()
  .min(0)
  .max(MAX_SERVICE_UNITS)
  .meta({ description: 'Whole service units (hours of one billing unit)' });

export const dateSchema = z.iso.date().meta({ description: "Calendar day of the deployment's zone" });
export const dateTimeSchema = z.iso.datetime();
export const emailSchema = z.email().max(254);

export const requestStatusSchema = z
  .enum(['PD', 'AP', 'DC', 'CR'])
  .meta({ description: 'PD pending, AP approved, DC declined, CR changes requested' });
export const reviewStatusSchema = z.enum(['AP', 'DC', 'CR']);
export const roleSchema = z.enum(['OW', 'AD', 'MB']).meta({ description: 'OW owner, AD admin, MB member' });
export const accessModeSchema = z
  .enum(['WL', 'BL', 'OP'])
  .meta({ description: 'WL only the listed teams, BL all but the listed, OP open' });

/** Names that stand on a person's screen: no control characters, not blank. */
export const titleSchema = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^(?=.*\S)[^\p{Cc}]*$/u, 'must not be blank or hold control characters');

/** What kind of value a filter compares, and so which operators it takes. */
export type FilterType = 'number' | 'reference' | 'boolean' | 'text' | 'date' | 'datetime';
export type Filters = Readonly<Record<string, FilterType>>;

/** Operators by type, `=` aside (field=value). */
export const filterOperators: Record<FilterType, readonly string[]> = {
  number: ['gt', 'gte', 'in', 'isnull', 'lt', 'lte', 'not_eq', 'not_in'],
  reference: ['in', 'isnull', 'not_eq', 'not_in'],
  boolean: ['in', 'isnull', 'not_eq', 'not_in'],
  text: [
    'contains',
    'endswith',
    'in',
    'isnull',
    'not_contains',
    'not_endswith',
    'not_eq',
    'not_in',
    'not_startswith',
    'startswith',
  ],
  datetime: [
    'day',
    'gt',
    'gte',
    'hour',
    'in',
    'isnull',
    'lt',
    'lte',
    'minute',
    'month',
    'not_eq',
    'not_in',
    'second',
    'week',
    'week_day',
    'year',
  ],
  date: [
    'day',
    'gt',
    'gte',
    'in',
    'isnull',
    'lt',
    'lte',
    'month',
    'not_eq',
    'not_in',
    'week',
    'week_day',
    'year',
  ],
};
