import { dataOf } from '@keystone/client/client.ts';
import { useQuery } from '@tanstack/react-query';
import { useApi } from '../../lib/api/api-context.tsx';
import type { User } from '../../lib/api/records.ts';
import { openClusters } from '../clusters/cluster-queries.ts';
import { useActiveTeams } from '../teams/use-teams.ts';

export interface TeamOption {
  id: number;
  name: string;
  slug: string;
}

/** Teams that a person may ask for: those it owns or administers; staff may ask for every team. */
export function useTeamOptions(user: User) {
  const { data, error, refetch } = useActiveTeams(user.is_staff);
  const own = user._membership
    .filter(({ role, _team }) => role !== 'MB' && _team.is_active)
    .map(({ _team }) => _team);
  const teams: TeamOption[] | undefined = user.is_staff ? data?.results : own;
  return { teams, error, refetch };
}

/** Clusters that take requests. */
export function useClusterOptions() {
  const api = useApi();
  return useQuery({
    queryKey: ['clusters', 'enabled'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/allocations/clusters/', { params: { query: openClusters }, signal })),
  });
}
