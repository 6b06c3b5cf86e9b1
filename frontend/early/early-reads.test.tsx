import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { waitFor } from '@testing-library/react';
import type { ReactElement } from 'react';
import { ClustersPage } from '../features/clusters/clusters-page.tsx';
import { HomePage } from '../features/dashboard/home-page.tsx';
import { NewRequestPage } from '../features/new-request/new-request-page.tsx';
import { PeoplePage } from '../features/people/people-page.tsx';
import { RequestsPage } from '../features/requests/requests-page.tsx';
import { TeamsPage } from '../features/teams/teams-page.tsx';
import { fakeApi, listOf } from '../testing/fake-api.ts';
import { aBalance, aCluster, anAgent, aRequest, aTeam, aUser } from '../testing/records.ts';
import { renderSite } from '../testing/render-site.tsx';
import { readPageEarly } from './early-reads.ts';

// jsdom has no canvas.
jest.unstable_mockModule('../features/burn-down/burn-down-chart.tsx', () => ({ BurnDownChart: () => null }));
const { RequestRoute } = await import('../features/requests/request-route.tsx');
const { UsageRoute } = await import('../features/usage/usage-route.tsx');

const member = aUser();
const staff = aUser({ is_staff: true });
const approved = aRequest({
  status: 'AP',
  _allocations: aRequest()._allocations.map((allocation) => ({ ...allocation, awarded: 10_000 })),
});

const answersFor = (user: typeof member): Record<string, () => unknown> => ({
  'GET /authentication/whoami/': () => user,
  'GET /allocations/requests/': () => listOf(approved),
  'GET /allocations/requests/40/': () => approved,
  'GET /allocations/reviews/': () => listOf(),
  'GET /allocations/allocations/': () => listOf(),
  'GET /allocations/clusters/': () => listOf(aCluster()),
  'GET /allocations/clusters/30/agent/': () => anAgent(),
  'GET /usage/balances/': () => listOf(aBalance()),
  'GET /usage/days/': () => listOf(),
  'GET /users/teams/': () => listOf(aTeam()),
  'GET /users/users/': () => listOf(member),
});

const realFetch = globalThis.fetch;
const asked = jest.fn<(address: string) => void>();
let answers: ReturnType<typeof answersFor>;

beforeEach(() => {
  asked.mockReset();
  globalThis.fetch = async (address) => {
    asked(String(address));
    const answer = answers[`GET ${new URL(String(address), 'http://x').pathname.replace(/^\/api/, '')}`];
    return answer ? Response.json(answer()) : new Response('', { status: 404 });
  };
});
afterEach(() => {
  globalThis.fetch = realFetch;
  Reflect.deleteProperty(globalThis, 'keystoneEarly');
});

/** What is asked for early at an address. */
async function earlyAt(address: string, user: typeof member): Promise<string[]> {
  answers = answersFor(user);
  const { pathname, search } = new URL(address, 'https://keystone.example.org');
  await readPageEarly({ pathname, search });
  return asked.mock.calls.map(([early]) => early);
}

const pages: [address: string, page: ReactElement, user: typeof member, questions: number][] = [
  ['/', <HomePage key="home" />, member, 3],
  ['/', <HomePage key="home" />, staff, 4],
  ['/requests/', <RequestsPage key="requests" />, member, 2],
  ['/requests/?status=AP&team=10&search=a+%26+b&page=2', <RequestsPage key="requests" />, staff, 2],
  ['/requests/new/', <NewRequestPage key="new" />, member, 2],
  ['/requests/new/', <NewRequestPage key="new" />, staff, 3],
  ['/teams/', <TeamsPage key="teams" />, member, 2],
  ['/teams/?search=chem', <TeamsPage key="teams" />, staff, 2],
  ['/clusters/', <ClustersPage key="clusters" />, staff, 3],
  ['/clusters/', <ClustersPage key="clusters" />, member, 1],
  ['/people/?search=mi&page=2', <PeoplePage key="people" />, staff, 2],
  ['/people/', <PeoplePage key="people" />, member, 1],
  ['/usage/?cluster=30&account=chemistry', <UsageRoute key="usage" />, member, 3],
  ['/usage/', <UsageRoute key="usage" />, member, 1],
];

describe('what is asked for before the scripts of a page are there', () => {
  it.each(pages)('is asked for by the page as well: %s', async (address, page, user, questions) => {
    const early = await earlyAt(address, user);
    expect(new Set(early).size).toBe(questions);
    expect(early).toHaveLength(questions);
    const api = fakeApi(answers);
    const query = Object.fromEntries(new URL(address, 'https://keystone.example.org').searchParams);
    const { unmount } = renderSite(page, { api, query });
    await waitFor(() => expect(api.addresses).toEqual(expect.arrayContaining(early)));
    unmount();
  });

  it('is all that an approved request shows', async () => {
    const early = await earlyAt('/requests/40/', member);
    const api = fakeApi(answers);
    renderSite(<RequestRoute />, { api, query: { id: '40' } });
    await waitFor(() => expect(api.addresses.toSorted()).toEqual(early.toSorted()));
    expect(early).toHaveLength(6);
  });

  it('is nothing but who is signed in where nobody is', async () => {
    answers = {};
    await readPageEarly({ pathname: '/teams/', search: '' });
    expect(asked.mock.calls).toEqual([['/api/authentication/whoami/']]);
  });
});
