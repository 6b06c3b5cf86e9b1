import type { User } from '../lib/api/records.ts';
import { readListState, type AddressQuery } from '../lib/list/list-state.ts';
import { listedClusters, openClusters } from '../features/clusters/cluster-queries.ts';
import { listedPeople } from '../features/people/people-queries.ts';
import {
  allOfRequest,
  listedRequests,
  newestRequestsOf,
  waitingRequests,
} from '../features/requests/request-queries.ts';
import { readRequestsListState } from '../features/requests/requests-list-state.ts';
import { activeTeams, listedTeams, teamsOf } from '../features/teams/team-queries.ts';
import { readUsageAddress } from '../features/usage/usage-address.ts';
import { balanceOf, balancesOf, daysOf } from '../features/usage/usage-queries.ts';
import { readEarly } from './read-early.ts';

/** Where the reader is. */
interface Place {
  path: string;
  query: AddressQuery;
  /** Asks who is signed in; one question, however often it is called. */
  whoami: () => Promise<User | undefined>;
}

const ofStaff = async (whoami: Place['whoami']) => (await whoami())?.is_staff === true;

/** What each page shows first, by its path without the last slash. What a page does not ask for must not stand here. */
const pages: Readonly<Record<string, (place: Place) => Promise<unknown>>> = {
  '': home,
  '/requests': ({ query }) =>
    readEarly('/allocations/requests/', { query: listedRequests(readRequestsListState(query)) }),
  '/requests/[id]': request,
  '/requests/new': newRequest,
  '/teams': async ({ query, whoami }) => {
    const user = await whoami();
    const teams = user && listedTeams(user, readListState(query));
    if (teams) await readEarly('/users/teams/', { query: teams });
  },
  '/clusters': clusters,
  '/people': async ({ query, whoami }) => {
    if (await ofStaff(whoami))
      await readEarly('/users/users/', { query: listedPeople(readListState(query)) });
  },
  '/usage': usage,
};

async function home({ whoami }: Place) {
  const user = await whoami();
  if (!user) return;
  const teams = teamsOf(user);
  if (user.is_staff) void readEarly('/allocations/requests/', { query: waitingRequests });
  if (teams.length === 0) return;
  void readEarly('/usage/balances/', { query: balancesOf(teams) });
  void readEarly('/allocations/requests/', { query: newestRequestsOf(teams) });
}

async function request({ path }: Place) {
  const id = Number(path.split('/')[2]);
  void readEarly('/allocations/reviews/', { query: allOfRequest(id) });
  void readEarly('/allocations/allocations/', { query: allOfRequest(id) });
  const read = await readEarly('/allocations/requests/{id}/', { path: { id } });
  if (read?.status !== 'AP') return;
  const { results = [] } = (await readEarly('/usage/balances/', { query: balancesOf([read.team]) })) ?? {};
  for (const { cluster, awarded } of read._allocations) {
    const balance = awarded ? results.find((found) => found.cluster === cluster) : undefined;
    if (balance) void readEarly('/usage/days/', { query: daysOf(balance) });
  }
}

async function newRequest({ whoami }: Place) {
  void readEarly('/allocations/clusters/', { query: openClusters });
  if (await ofStaff(whoami)) await readEarly('/users/teams/', { query: activeTeams });
}

async function clusters({ whoami }: Place) {
  if (!(await ofStaff(whoami))) return;
  const { results = [] } = (await readEarly('/allocations/clusters/', { query: listedClusters })) ?? {};
  for (const { id } of results) void readEarly('/allocations/clusters/{id}/agent/', { path: { id } });
}

async function usage({ query }: Place) {
  const named = readUsageAddress(query);
  const balance = named && (await readEarly('/usage/balances/', { query: balanceOf(named) }))?.results[0];
  if (balance && balance.grants.length > 0) await readEarly('/usage/days/', { query: daysOf(balance) });
}

/**
 * Asks for what the page at an address shows first, while the site's scripts are on their way: who is signed in, and what
 * follows from that.
 */
export async function readPageEarly({
  pathname,
  search,
}: Pick<Location, 'pathname' | 'search'>): Promise<void> {
  const path = pathname.replace(/\/$/, '');
  const session = readEarly('/authentication/whoami/', {});
  const query = Object.fromEntries(new URLSearchParams(search));
  await pages[path.replace(/^\/requests\/\d+$/, '/requests/[id]')]?.({ path, query, whoami: () => session });
  await session;
}
