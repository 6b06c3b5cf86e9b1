import { describe, expect, it } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { fakeApi, listOf, refusal } from '../../testing/fake-api.ts';
import { aRequest, aTeam, aUser } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';
import { RequestsPage } from './requests-page.tsx';

const staff = aUser({ is_staff: true, _membership: [] });

const apiOf = (user: typeof staff, requests: () => unknown) =>
  fakeApi({
    'GET /authentication/whoami/': () => user,
    'GET /users/teams/': () => listOf(aTeam(), aTeam({ id: 11, name: 'Climate', slug: 'climate' })),
    'GET /allocations/requests/': requests,
  });

const list = () => listOf(aRequest());
const queryOf = (api: ReturnType<typeof apiOf>) =>
  Object.fromEntries(api.calls('GET /allocations/requests/')[0]?.query ?? []);

describe('the list of requests', () => {
  it('has its head before anything is known of the reader', () => {
    renderSite(<RequestsPage />, { api: apiOf(staff, list) });
    expect(screen.getByRole('heading', { name: 'Requests' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Ask for time' })).toBeVisible();
  });

  it('asks for what its address says', async () => {
    const api = apiOf(staff, list);
    renderSite(<RequestsPage />, {
      api,
      query: { status: 'AP', team: '11', search: 'basis', page: '2' },
    });
    expect(await screen.findByRole('link', { name: 'Basis sets' })).toBeVisible();
    expect(queryOf(api)).toEqual({
      status: 'AP',
      team: '11',
      _search: 'basis',
      _limit: '25',
      _offset: '25',
      _order: '-submitted',
    });
  });

  it('keeps each filter in the address, from the first page on', async () => {
    const { led } = renderSite(<RequestsPage />, { api: apiOf(staff, list), query: { page: '3' } });
    fireEvent.change(await screen.findByLabelText('Status'), { target: { value: 'PD' } });
    fireEvent.change(await screen.findByLabelText('Team'), { target: { value: '11' } });
    fireEvent.change(screen.getByLabelText('Search requests'), { target: { value: ' foam ' } });
    await waitFor(() =>
      expect(led).toEqual(['/requests/?status=PD', '/requests/?team=11', '/requests/?search=foam']),
    );
  });

  it('offers no choice of team to who is in one', async () => {
    renderSite(<RequestsPage />, { api: apiOf(aUser(), list) });
    expect(await screen.findByLabelText('Status')).toBeVisible();
    expect(screen.queryByLabelText('Team')).toBeNull();
  });

  it('says that nothing matches, and leads back to everything', async () => {
    const { led } = renderSite(<RequestsPage />, {
      api: apiOf(staff, () => listOf()),
      query: { status: 'DC' },
    });
    fireEvent.click(await screen.findByRole('button', { name: 'Show all requests' }));
    expect(led).toEqual(['/requests/']);
  });

  it('says what to do where there are none', async () => {
    renderSite(<RequestsPage />, { api: apiOf(staff, () => listOf()) });
    expect(await screen.findByText('No requests yet')).toBeVisible();
    expect(screen.getAllByRole('link', { name: 'Ask for time' })).toHaveLength(2);
  });

  it('says why the list can not be read, and tries again', async () => {
    let broken = true;
    const answer = () => (broken ? refusal(400, 'No such team.') : list());
    renderSite(<RequestsPage />, { api: apiOf(staff, answer) });
    expect(await screen.findByRole('alert')).toHaveTextContent('No such team.');
    broken = false;
    fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
    expect(await screen.findByRole('link', { name: 'Basis sets' })).toBeVisible();
  });
});
