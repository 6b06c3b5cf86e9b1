import { describe, expect, it } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { fakeApi, refusal, type FakeApi } from '../../testing/fake-api.ts';
import { aCluster, aRequest } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';
import { NewRequestForm } from './new-request-form.tsx';

const teams = [
  { id: 10, name: 'Chemistry', slug: 'chemistry' },
  { id: 11, name: 'Climate', slug: 'climate' },
];
const clusters = [aCluster(), aCluster({ id: 31, name: 'gpu', access_mode: 'WL', access_teams: [10] })];

const show = (api: FakeApi, options = teams) =>
  renderSite(<NewRequestForm teams={options} clusters={clusters} />, { api });
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

function fillIn() {
  type('Team', '10');
  type('Title', 'Basis sets');
  type('Description', 'We compute.');
}

describe('the form that asks for time', () => {
  it('sends what was asked for, and shows the request', async () => {
    const api = fakeApi({
      'POST /allocations/requests/': () => aRequest({ id: 77 }),
      'POST /allocations/allocations/': () => ({}),
    });
    const { led } = show(api);
    fillIn();
    type('Service units on gpu', '1,500');
    press('Send request');
    await waitFor(() => expect(led).toEqual(['/requests/77/']));
    expect(api.calls('POST /allocations/allocations/').map(({ body }) => body)).toEqual([
      { request: 77, cluster: 31, requested: 1500 },
    ]);
  });

  it('names each field that is wrong, and sends nothing', async () => {
    const api = fakeApi({});
    show(api);
    type('Service units on alpha', '1.5');
    press('Send request');
    await waitFor(() => expect(screen.getByLabelText('Title')).toBeInvalid());
    for (const label of ['Team', 'Title', 'Description', 'Service units on alpha'])
      expect(screen.getByLabelText(label)).toBeInvalid();
    expect(screen.getByLabelText('Team')).toHaveFocus();
    expect(api.asked).toEqual([]);
  });

  it('wants time on one cluster at least', async () => {
    const api = fakeApi({});
    show(api);
    fillIn();
    type('Service units on alpha', '0');
    press('Send request');
    expect(await screen.findByText('Ask for time on one cluster at least.')).toBeVisible();
    expect(api.asked).toEqual([]);
  });

  it('offers only clusters that the team may use', () => {
    show(fakeApi({}));
    type('Team', '11');
    expect(screen.getByLabelText('Service units on alpha')).toBeVisible();
    expect(screen.queryByLabelText('Service units on gpu')).toBeNull();
  });

  it('chooses the team where there is but one', () => {
    show(fakeApi({}), teams.slice(0, 1));
    expect(screen.getByLabelText('Team')).toHaveValue('10');
  });

  it('keeps a request that lacks a cluster, and adds what is missing', async () => {
    let broken = true;
    const api = fakeApi({
      'POST /allocations/requests/': () => aRequest({ id: 77 }),
      'POST /allocations/allocations/': () => (broken ? refusal(500, 'Something broke.') : {}),
    });
    const { led } = show(api);
    fillIn();
    type('Service units on alpha', '10');
    press('Send request');
    expect(
      await screen.findByText(/Request 77 was sent, but one of its clusters was not added/),
    ).toBeVisible();
    expect(screen.getByRole('alert')).toHaveTextContent('Something broke.');
    expect(screen.getByLabelText('Title')).toBeDisabled();
    broken = false;
    press('Add what is missing');
    await waitFor(() => expect(led).toEqual(['/requests/77/']));
    expect(api.calls('POST /allocations/requests/')).toHaveLength(1);
  });
});
