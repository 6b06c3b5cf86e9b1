import type { RequestStatus } from '../../lib/api/records.ts';
import { readListState, type AddressQuery, type ListState } from '../../lib/list/list-state.ts';

export const requestStatuses = ['PD', 'CR', 'AP', 'DC'] as const satisfies readonly RequestStatus[];

/** What the list of requests shows. A type, so that it is a set of filters as well. */
export type RequestsListState = ListState & {
  status: RequestStatus | undefined;
  /** A team's id. */
  team: number | undefined;
};

/** The state that an address asks for; what makes no sense in it is left out. */
export function readRequestsListState(query: AddressQuery): RequestsListState {
  const team = Number(query['team']);
  return {
    status: requestStatuses.find((status) => status === query['status']),
    team: Number.isSafeInteger(team) && team > 0 ? team : undefined,
    ...readListState(query),
  };
}
