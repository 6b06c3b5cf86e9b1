import type { RequestStatus } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';

/** What a list shows. */
export interface ListState {
  status: RequestStatus | undefined;
  /** From 0; the address counts from 1. */
  page: number;
}

const isStatus = (value: unknown): value is RequestStatus =>
  typeof value === 'string' && Object.hasOwn(strings.requests.status, value);

/** The state that an address asks for; what makes no sense in it is left out. */
export function readListState(query: Readonly<Record<string, unknown>>): ListState {
  const page = Number(query['page'] ?? 1);
  return {
    status: isStatus(query['status']) ? query['status'] : undefined,
    page: Number.isInteger(page) && page > 1 ? page - 1 : 0,
  };
}

/** The address of a state. */
export function listAddress(path: string, { status, page }: ListState): string {
  const query = new URLSearchParams();
  if (status) query.set('status', status);
  if (page > 0) query.set('page', String(page + 1));
  return query.size > 0 ? `${path}?${query}` : path;
}
