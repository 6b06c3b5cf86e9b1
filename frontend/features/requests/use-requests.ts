import { dataOf, type operations } from '@keystone/client/client.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi, usePace } from '../../lib/api/api-context.tsx';
import type { AllocationRequest } from '../../lib/api/records.ts';

export type RequestQuery = NonNullable<operations['listAllocationRequests']['parameters']['query']>;

/** A page of requests, kept fresh: a decision shows without a reload. */
export function useRequests(query: RequestQuery, enabled = true) {
  const api = useApi();
  const pace = usePace();
  return useQuery({
    queryKey: ['requests', 'list', query],
    queryFn: ({ signal }) => dataOf(api.GET('/allocations/requests/', { params: { query }, signal })),
    placeholderData: keepPreviousData,
    refetchInterval: pace.interval,
    enabled,
  });
}

/** A request at the version that a decision of it should find. */
export interface ReadRequest {
  request: AllocationRequest;
  etag: string | null;
}

/** One request, with what happened to it. */
export function useRequest(id: number) {
  const api = useApi();
  const pace = usePace();
  return useQuery({
    queryKey: ['requests', 'one', id],
    queryFn: async ({ signal }): Promise<ReadRequest> => {
      const call = api.GET('/allocations/requests/{id}/', { params: { path: { id } }, signal });
      const request = await dataOf(call);
      return { request, etag: (await call).response.headers.get('ETag') };
    },
    refetchInterval: pace.interval,
  });
}

/** The reviews of a request, newest first. */
export function useReviews(request: number) {
  const api = useApi();
  return useQuery({
    queryKey: ['requests', 'reviews', request],
    queryFn: ({ signal }) =>
      dataOf(
        api.GET('/allocations/reviews/', {
          params: { query: { request, _order: '-submitted', _limit: 100 } },
          signal,
        }),
      ),
  });
}
