import { describe, expect, it } from '@jest/globals';
import { listAddress, partOf, readListState } from './list-state.ts';

const queryOf = (address: string) =>
  Object.fromEntries(new URL(address, 'https://keystone.example.org').searchParams);

describe('a list in the address', () => {
  it.each([
    [{ page: 0, search: '' }, '/people/'],
    [{ page: 2, search: '' }, '/people/?page=3'],
    [{ page: 1, search: 'ada & co' }, '/people/?search=ada+%26+co&page=2'],
  ])('writes %j as %s and reads it back', (state, address) => {
    expect(listAddress('/people/', state)).toBe(address);
    expect(readListState(queryOf(address))).toEqual(state);
  });

  it('has its own filters before what every list has', () => {
    const state = { status: 'PD', team: undefined, page: 1, search: 'x' };
    expect(listAddress('/requests/', state)).toBe('/requests/?status=PD&search=x&page=2');
  });

  it.each(['0', '-3', '1.5', 'x', ['2', '3']])(
    'begins at the first page where the address says %j',
    (page) => {
      expect(readListState({ page })).toEqual({ page: 0, search: '' });
    },
  );

  it('takes no more of a search than the field does', () => {
    expect(readListState({ search: ` ${'x'.repeat(300)}` }).search).toBe('x'.repeat(200));
  });
});

it('asks the API for the part that is shown', () => {
  expect(partOf({ page: 2, search: 'ada' }, 25)).toEqual({ _search: 'ada', _limit: 25, _offset: 50 });
  expect(partOf({ page: 0, search: '' }, 25)).toEqual({ _limit: 25, _offset: 0 });
});
