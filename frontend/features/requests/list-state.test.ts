import { describe, expect, it } from '@jest/globals';
import { listAddress, readListState } from './list-state.ts';

describe('a list in the address', () => {
  it.each([
    [{ status: undefined, page: 0 }, '/requests/'],
    [{ status: 'PD' as const, page: 0 }, '/requests/?status=PD'],
    [{ status: 'AP' as const, page: 2 }, '/requests/?status=AP&page=3'],
  ])('writes %j as %s and reads it back', (state, address) => {
    expect(listAddress('/requests/', state)).toBe(address);
    const query = Object.fromEntries(new URL(address, 'https://keystone.example.org').searchParams);
    expect(readListState(query)).toEqual(state);
  });

  it.each([
    { status: 'XX' },
    { status: 'toString' },
    { page: '0' },
    { page: '-3' },
    { page: '1.5' },
    { page: 'x' },
  ])('leaves out %j, which makes no sense', (query) => {
    expect(readListState(query)).toEqual({ status: undefined, page: 0 });
  });
});
