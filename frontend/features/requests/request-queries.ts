import type { operations } from '@keystone/client/client.ts';
import { partOf } from '../../lib/list/list-state.ts';
import type { RequestsListState } from './requests-list-state.ts';

export type RequestQuery = NonNullable<operations['listAllocationRequests']['parameters']['query']>;

const SHOWN_AT_HOME = 10;
export const REQUESTS_SHOWN = 25;
const ALL = 1000;

/** What waits for staff, longest first. */
export const waitingRequests: RequestQuery = { status: 'PD', _limit: SHOWN_AT_HOME, _order: 'submitted' };

/** The newest requests of teams. */
export const newestRequestsOf = (teams: readonly number[]): RequestQuery => ({
  team__in: [...teams],
  _limit: SHOWN_AT_HOME,
  _order: '-submitted',
});

export const listedRequests = ({ status, team, ...part }: RequestsListState): RequestQuery => ({
  ...(status && { status }),
  ...(team !== undefined && { team }),
  ...partOf(part, REQUESTS_SHOWN),
  _order: '-submitted',
});

/** All that belongs to one request: its reviews, or its clusters. */
export const allOfRequest = (request: number) => ({ request, _limit: ALL });
