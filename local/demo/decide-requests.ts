import type { ApiSession } from './api-session.ts';
import type { DemoCluster } from './demo-clusters.ts';
import type { DemoRequest } from './demo-requests.ts';

/** A request as made, with the ids of its allocations by cluster. */
export interface MadeRequest {
  plan: DemoRequest;
  id: number;
  allocations: ReadonlyMap<DemoCluster, number>;
}

/**
 * Lets staff do with each request what its plan says: decide it, or hand it to someone for review.
 *
 * @param reviewer decides
 * @param signIn whoever else has a say
 */
export async function decideDemoRequests(
  requests: readonly MadeRequest[],
  reviewer: ApiSession,
  signIn: (username: string) => Promise<ApiSession>,
  idOf: (username: string) => number,
): Promise<void> {
  for (const request of requests) await decide(request, reviewer, signIn, idOf);
}

async function decide(
  { plan: { asked, outcome }, id, allocations }: MadeRequest,
  reviewer: ApiSession,
  signIn: (username: string) => Promise<ApiSession>,
  idOf: (username: string) => number,
): Promise<void> {
  const path = `/allocations/requests/${id}/`;
  const answer = (body: Record<string, unknown>) => reviewer.call('POST', `${path}decision/`, body);
  switch (outcome.kind) {
    case 'pending': {
      await reviewer.call('PATCH', path, { assignees: [idOf(outcome.assignee)] });
      if (!outcome.review) return;
      const { by, status } = outcome.review;
      await (await signIn(by)).create('/allocations/reviews/', { request: id, status });
      return;
    }
    case 'declined':
      await answer({ status: 'DC', comment: outcome.comment });
      return;
    case 'changes':
      await answer({ status: 'CR', comment: outcome.comment });
      return;
    case 'approved':
    case 'withdrawn': {
      const awards = [...allocations].map(([cluster, allocation]) => ({
        allocation,
        awarded: Math.round((asked[cluster] ?? 0) * outcome.share),
      }));
      const { kind, comment, active, expire } = outcome;
      await answer({
        status: 'AP',
        awards,
        active: inDays(active),
        expire: inDays(expire),
        comment: kind === 'approved' ? comment : 'Approved as asked.',
      });
      if (kind === 'withdrawn') await answer({ status: 'DC', comment });
      return;
    }
  }
}

/** Days from today, as YYYY-MM-DD. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
