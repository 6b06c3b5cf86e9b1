import { describe, expect, it } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { fakeApi, listOf } from '../../testing/fake-api.ts';
import { aCluster, anAgent, aUser } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';
import { ClustersPage } from './clusters-page.tsx';

const page = <ClustersPage />;

const apiOf = (user: Partial<ReturnType<typeof aUser>>, agent = anAgent()) =>
  fakeApi({
    'GET /authentication/whoami/': () => aUser(user),
    'GET /allocations/clusters/': () => listOf(aCluster()),
    'GET /allocations/clusters/30/agent/': () => agent,
    'POST /allocations/clusters/': () => aCluster(),
    'POST /allocations/clusters/30/enrolment/': () =>
      Response.json({ token: 'one-use-token', expires: '2026-11-24T13:00:00Z' }, { status: 201 }),
  });

describe('the clusters page', () => {
  it('is for staff', async () => {
    const api = apiOf({ is_staff: false });
    renderSite(page, { api });
    expect(await screen.findByText('Clusters are looked after by staff')).toBeVisible();
    expect(api.asked).toEqual(['GET /authentication/whoami/']);
  });

  it('gives the exact command that enrols an agent', async () => {
    const api = apiOf({ is_staff: true });
    renderSite(page, { api });
    const row = await screen.findByRole('row', { name: /alpha/ });
    fireEvent.click(within(row).getByRole('button', { name: 'Enrol an agent' }));
    expect(await screen.findByRole('textbox', { name: 'Command' })).toHaveTextContent(
      'keystone-agent enrol --url http://localhost/api --token one-use-token',
    );
    expect(api.calls('POST /allocations/clusters/30/enrolment/')).toHaveLength(1);
  });

  it('says that another enrolment replaces the agent there is', async () => {
    const api = apiOf({ is_staff: true }, Object.assign({}, anAgent(), { enrolled: '2026-10-01T00:00:00Z' }));
    renderSite(page, { api });
    fireEvent.click(await screen.findByRole('button', { name: 'Enrol an agent' }));
    expect(await screen.findByRole('textbox', { name: 'Command' })).toHaveTextContent(/ --force$/);
    expect(screen.getByText(/Enrolling another one ends its connection/)).toBeInTheDocument();
  });

  it('adds a cluster', async () => {
    const api = apiOf({ is_staff: true });
    renderSite(page, { api });
    fireEvent.click(await screen.findByRole('button', { name: 'Add a cluster' }));
    fireEvent.change(await screen.findByLabelText('Name'), { target: { value: ' beta ' } });
    fireEvent.click(screen.getByRole('button', { name: 'Add cluster' }));
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(api.calls('POST /allocations/clusters/')[0]?.body).toEqual({
      name: 'beta',
      description: null,
      enabled: true,
      access_mode: 'OP',
      access_teams: [],
    });
  });
});
