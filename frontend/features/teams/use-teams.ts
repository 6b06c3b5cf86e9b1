import { dataOf } from '@keystone/client/client.ts';
import { keepPreviousData, skipToken, useQuery } from '@tanstack/react-query';
import { useApi } from '../../lib/api/api-context.tsx';
import type { User } from '../../lib/api/records.ts';
import type { ListState } from '../../lib/list/list-state.ts';
import { activeTeams, listedTeams } from './team-queries.ts';

/** The teams that a person is in; for staff, who looks after all, a page of all. */
export function useTeams(user: User, state: ListState) {
  const api = useApi();
  const query = listedTeams(user, state);
  return useQuery({
    queryKey: ['teams', 'list', query],
    queryFn: query
      ? ({ signal }) => dataOf(api.GET('/users/teams/', { params: { query }, signal }))
      : skipToken,
    placeholderData: keepPreviousData,
  });
}

/** Every team that is not closed, for staff to choose from. */
export function useActiveTeams(enabled = true) {
  const api = useApi();
  return useQuery({
    queryKey: ['teams', 'active'],
    queryFn: ({ signal }) => dataOf(api.GET('/users/teams/', { params: { query: activeTeams }, signal })),
    enabled,
  });
}
