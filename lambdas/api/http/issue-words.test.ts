import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { parseFields } from './fields.ts';
import { Refusal } from './refusals.ts';

const schema = z.strictObject({
  name: z.string().min(1).max(5),
  units: z.int().min(1),
  day: z.iso.date(),
  status: z.enum(['AP', 'DC']),
  tags: z.array(z.string()).max(1),
  slug: z.string().regex(/^[a-z]+$/, 'must be letters a-z'),
});
const right = { name: 'x', units: 1, day: '2026-11-01', status: 'AP', tags: [], slug: 'x' };

function errorsOf(body: unknown): unknown {
  try {
    parseFields(schema, body);
  } catch (error) {
    if (error instanceof Refusal) return error.errors;
  }
  throw new Error('it was taken');
}

describe('what is said of a field', () => {
  it.each([
    [{ name: undefined }, { name: ['is missing'] }],
    [{ name: 5 }, { name: ['must be a string'] }],
    [{ name: '' }, { name: ['must have at least 1 characters'] }],
    [{ name: 'too long' }, { name: ['must have at most 5 characters'] }],
    [{ units: 'many' }, { units: ['must be a number'] }],
    [{ units: 1.5 }, { units: ['must be a whole number'] }],
    [{ units: 0 }, { units: ['must be at least 1'] }],
    [{ day: '1.11.2026' }, { day: ['must be a day as YYYY-MM-DD'] }],
    [{ status: 'XX' }, { status: ['must be one of AP, DC'] }],
    [{ tags: ['a', 'b'] }, { tags: ['must have at most 1 entries'] }],
    [{ slug: 'X' }, { slug: ['must be letters a-z'] }],
    [{ colour: 'red' }, { colour: ['is not a known field'] }],
  ])('%j is refused with what would be right', (wrong, errors) => {
    expect(errorsOf({ ...right, ...wrong })).toEqual(errors);
  });
});
