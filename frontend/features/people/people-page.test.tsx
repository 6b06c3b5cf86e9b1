import { describe, expect, it } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { fireEvent, screen, waitFor, within } from '@testing-library/react';
import { fakeApi, listOf } from '../../testing/fake-api.ts';
import { aUser } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';
import { PeoplePage } from './people-page.tsx';

const page = <PeoplePage />;

const staff = aUser({ id: 1, username: 'ada', display_name: 'Ada', is_staff: true, _membership: [] });

const apiOf = (user: typeof staff) =>
  fakeApi({
    'GET /authentication/whoami/': () => user,
    'GET /users/users/': () => listOf(staff, aUser()),
    'POST /users/users/': () => aUser(),
    'PATCH /users/users/2/': () => aUser({ is_active: false }),
  });

const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });

describe('the people page', () => {
  it('is for staff', async () => {
    const api = apiOf(aUser());
    renderSite(page, { api });
    expect(await screen.findByRole('heading', { name: 'People' })).toBeVisible();
    expect(api.asked).toEqual(['GET /authentication/whoami/']);
  });

  it('deactivates somebody, and offers nobody to deactivate themselves', async () => {
    const api = apiOf(staff);
    renderSite(page, { api });
    const own = await screen.findByRole('row', { name: /^ada/ });
    expect(within(own).queryByRole('button')).toBeNull();
    fireEvent.click(within(screen.getByRole('row', { name: /^mira/ })).getByRole('button'));
    await waitFor(() => expect(api.calls('PATCH /users/users/2/')).toHaveLength(1));
    expect(api.calls('PATCH /users/users/2/')[0]?.body).toEqual({ is_active: false });
  });

  it('creates a person whom a cluster can carry', async () => {
    const api = apiOf(staff);
    renderSite(page, { api });
    fireEvent.click(await screen.findByRole('button', { name: 'Add a person' }));
    const dialog = await screen.findByRole('dialog');
    const username = within(dialog).getByLabelText('Username');
    fireEvent.change(username, { target: { value: 'Not A Name' } });
    type('First password', 'long enough to keep');
    press('Add person');
    await waitFor(() => expect(username).toBeInvalid());
    fireEvent.change(username, { target: { value: 'nia' } });
    press('Add person');
    await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull());
    expect(api.calls('POST /users/users/').map(({ body }) => body)).toEqual([
      expect.objectContaining({ username: 'nia', first_name: null, email: null, is_staff: false }),
    ]);
  });
});
