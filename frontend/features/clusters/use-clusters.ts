import { dataOf } from '@keystone/client/client.ts';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi } from '../../lib/api/api-context.tsx';
import type { AccessMode } from '../../lib/api/records.ts';
import { listedClusters } from './cluster-queries.ts';

const AGENT_REFRESH_MS = 5_000;

export function useClusters() {
  const api = useApi();
  return useQuery({
    queryKey: ['clusters', 'list'],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/allocations/clusters/', { params: { query: listedClusters }, signal })),
  });
}

/** What a cluster's agent last said, kept fresh. */
export function useClusterAgent(cluster: number) {
  const api = useApi();
  return useQuery({
    queryKey: ['clusters', 'agent', cluster],
    queryFn: ({ signal }) =>
      dataOf(api.GET('/allocations/clusters/{id}/agent/', { params: { path: { id: cluster } }, signal })),
    refetchInterval: AGENT_REFRESH_MS,
  });
}

export interface NewCluster {
  name: string;
  description: string | null;
  enabled: boolean;
  access_mode: AccessMode;
  access_teams: number[];
}

export function useCreateCluster() {
  const api = useApi();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: NewCluster) => dataOf(api.POST('/allocations/clusters/', { body })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['clusters'] }),
  });
}

/** Makes a token that enrols one agent once. It is shown, and kept nowhere. */
export function useEnrolmentToken() {
  const api = useApi();
  return useMutation({
    mutationFn: (cluster: number) =>
      dataOf(api.POST('/allocations/clusters/{id}/enrolment/', { params: { path: { id: cluster } } })),
    gcTime: 0,
  });
}
