import { describe, expect, it } from '@jest/globals';
import { readRequestsListState } from './requests-list-state.ts';

const none = { status: undefined, team: undefined, page: 0, search: '' };

describe('the list of requests in the address', () => {
  it('shows requests of a status, a team, and a search', () => {
    expect(readRequestsListState({ status: 'AP', team: '7', search: 'foam', page: '2' })).toEqual({
      status: 'AP',
      team: 7,
      search: 'foam',
      page: 1,
    });
  });

  it.each([{ status: 'XX' }, { status: 'toString' }, { team: '0' }, { team: 'x' }, { team: '1.5' }, {}])(
    'shows all where %j makes no sense',
    (query) => {
      expect(readRequestsListState(query)).toEqual(none);
    },
  );
});
