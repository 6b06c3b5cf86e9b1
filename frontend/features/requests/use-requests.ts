import { dataOf } from '@keystone/client/client.ts';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useApi, usePace } from '../../lib/api/api-context.tsx';
import type { AllocationRequest } from '../../lib/api/records.ts';
import { allOfRequest, type RequestQuery } from './request-queries.ts';

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

/** Every decision adds to the request's history: what is read beside it is read anew with its newest entry. */
const standOf = ({ id, _history }: AllocationRequest) => [id, _history[0]?.id];

/** The reviews of a request. */
export function useReviews(request: AllocationRequest) {
  const api = useApi();
  const query = allOfRequest(request.id);
  return useQuery({
    queryKey: ['requests', 'reviews', ...standOf(request)],
    queryFn: ({ signal }) => dataOf(api.GET('/allocations/reviews/', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}

/** The clusters of a request with what happened to their awards. */
export function useAllocations(request: AllocationRequest) {
  const api = useApi();
  const query = allOfRequest(request.id);
  return useQuery({
    queryKey: ['requests', 'allocations', ...standOf(request)],
    queryFn: ({ signal }) => dataOf(api.GET('/allocations/allocations/', { params: { query }, signal })),
    placeholderData: keepPreviousData,
  });
}
