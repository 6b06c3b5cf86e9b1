import { dataOf, KeystoneProblem } from '@keystone/client/client.ts';
import { keepPreviousData, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useApi, usePace } from '../../lib/api/api-context.tsx';
import type { Decision } from '../../lib/api/records.ts';

const path = '/allocations/requests/{id}/decision/';

/** What a decision would do, without doing it. */
export function useDecisionPreview(id: number, decision: Decision | undefined) {
  const api = useApi();
  return useQuery({
    // Apart from the requests: deciding makes those stale, and this one needs the decision that was not made.
    queryKey: ['decision', id, decision],
    queryFn: ({ signal }) => {
      if (!decision) throw new Error('A preview needs a decision.');
      const body = { ...decision, dry_run: true };
      return dataOf(api.POST(path, { params: { path: { id } }, body, signal }));
    },
    enabled: decision !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 5_000,
    gcTime: 60_000,
  });
}

/**
 * Decides the request as it was shown: one that changed since is refused. Whatever comes of it, the page then shows how the
 * request stands.
 */
export function useDecision(id: number, etag: string | null) {
  const api = useApi();
  const pace = usePace();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body: Decision) =>
      dataOf(api.POST(path, { params: { path: { id }, header: etag ? { 'If-Match': etag } : {} }, body })),
    onSettled: async () => {
      pace.noteChange();
      await Promise.all(
        ['requests', 'balances', 'decision'].map((key) => queries.invalidateQueries({ queryKey: [key] })),
      );
    },
  });
}

/** Somebody else was faster. */
export const isConflict = (error: unknown): boolean =>
  error instanceof KeystoneProblem && (error.status === 409 || error.status === 412);
