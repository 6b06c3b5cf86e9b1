import { dataOf } from '@keystone/client/client.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi } from '../../lib/api/api-context.tsx';
import type { User } from '../../lib/api/records.ts';

export const TEAMS_SHOWN = 20;

/** The teams that a person is in; for staff, who looks after all, a page of all. */
export function useTeams(user: User, page: number) {
  const api = useApi();
  const own = user._membership.map((membership) => membership.team);
  const chosen = user.is_staff ? {} : { id__in: own };
  return useQuery({
    queryKey: ['teams', 'list', chosen, page],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/users/teams/', {
          params: { query: { ...chosen, _limit: TEAMS_SHOWN, _offset: page * TEAMS_SHOWN, _order: 'name' } },
          signal,
        }),
      ),
    placeholderData: keepPreviousData,
    enabled: user.is_staff || own.length > 0,
  });
}

/** Every team that is not closed, for staff to choose from. */
export function useActiveTeams(enabled = true) {
  const api = useApi();
  return useQuery({
    queryKey: ['teams', 'active'],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/users/teams/', {
          params: { query: { is_active: true, _limit: 1000, _order: 'name' } },
          signal,
        }),
      ),
    enabled,
  });
}
