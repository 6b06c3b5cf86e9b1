import { strings } from '../../lib/strings.ts';
import { EmptyState, Notice } from '../../ui/notice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { TableSkeleton } from '../../ui/skeleton.tsx';
import { RequestTable } from './request-table.tsx';
import type { RequestQuery } from './request-queries.ts';
import { useRequests } from './use-requests.ts';

const words = strings.requests;

/** A short list of requests: the first page of a query. */
export function RequestList({ query, empty }: { query: RequestQuery; empty?: string }) {
  const { data, error, refetch } = useRequests(query);
  if (!data)
    return error ? (
      <ProblemNotice error={error} onRetry={() => void refetch()} />
    ) : (
      <TableSkeleton rows={3} />
    );
  if (data.count === 0)
    return empty ? (
      <p className="text-soft">{empty}</p>
    ) : (
      <EmptyState title={words.empty} text={words.emptyText} />
    );
  return (
    <>
      {error && <Notice tone="warn">{strings.common.stale}</Notice>}
      <RequestTable requests={data.results} />
    </>
  );
}
