/**
 * What a list shows; it stands in the address, so that it can be kept and passed on. A type, so that it passes for a set
 * of filters.
 */
export type ListState = {
  /** From 0; the address counts from 1. */
  page: number;
  /** What is searched for; empty for everything. */
  search: string;
};

/** An address as it is read: by name, as the router and URLSearchParams give it. */
export type AddressQuery = Readonly<Record<string, unknown>>;

const LONGEST_SEARCH = 200;

/** The state that an address asks for; what makes no sense in it is left out. */
export function readListState({ page, search }: AddressQuery): ListState {
  const number = Number(page ?? 1);
  return {
    page: Number.isInteger(number) && number > 1 ? number - 1 : 0,
    search: typeof search === 'string' ? search.trim().slice(0, LONGEST_SEARCH) : '',
  };
}

/** The address of a state; `filters` as they are called in it. */
export function listAddress(
  path: string,
  { page, search, ...filters }: Partial<ListState> & Readonly<Record<string, string | number | undefined>>,
): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(filters))
    if (value !== undefined) query.set(name, String(value));
  if (search) query.set('search', search);
  if (page) query.set('page', String(page + 1));
  return query.size > 0 ? `${path}?${query}` : path;
}

/** The part of a list that a state shows, as the API is asked for it. */
export const partOf = ({ page, search }: ListState, size: number) => ({
  ...(search !== '' && { _search: search }),
  _limit: size,
  _offset: page * size,
});
