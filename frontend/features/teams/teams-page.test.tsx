import { describe, expect, it } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { fakeApi, listOf, refusal } from '../../testing/fake-api.ts';
import { aTeam, aUser } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';
import { TeamsPage } from './teams-page.tsx';

const page = <TeamsPage />;

const owner = aUser();
const tom = aUser({ id: 3, username: 'tom', display_name: 'Tom Reed' });
const membership = (user: typeof tom, role: 'OW' | 'MB') => ({
  id: 20 + user.id,
  user: user.id,
  role,
  _user: user,
});
const team = aTeam({ _membership: [membership(owner, 'OW'), membership(tom, 'MB')] });

const apiOf = (user: typeof tom, routes: Parameters<typeof fakeApi>[0] = {}) =>
  fakeApi({
    'GET /authentication/whoami/': () => user,
    'GET /users/teams/': () => listOf(team),
    ...routes,
  });

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));

describe('the teams page', () => {
  it('lists the own teams, with the account that clusters know them by', async () => {
    const api = apiOf(owner);
    renderSite(page, { api });
    expect(await screen.findByRole('group', { name: 'Chemistry' })).toHaveTextContent('chemistry');
    expect(api.calls('GET /users/teams/')[0]?.query.get('id__in')).toBe('10');
  });

  it('shows a plain member no way to change others, and a way to leave', async () => {
    const member = aUser({ ...tom, _membership: [{ id: 23, team: 10, role: 'MB', _team: team }] });
    renderSite(page, { api: apiOf(member) });
    expect(await screen.findByRole('button', { name: 'Leave' })).toBeVisible();
    expect(screen.queryByRole('button', { name: 'Add member' })).toBeNull();
    expect(screen.queryByRole('combobox')).toBeNull();
  });

  it('creates a team under the account that it showed', async () => {
    const api = apiOf(owner, { 'POST /users/teams/': () => team });
    renderSite(page, { api });
    await screen.findByLabelText('Team name');
    type('Team name', 'Plasma Physics');
    expect(screen.getByText('Its account on the clusters will be plasma-physics.')).toBeVisible();
    press('Create team');
    await waitFor(() => expect(screen.getByLabelText('Team name')).toHaveValue(''));
    expect(api.calls('POST /users/teams/')[0]?.body).toEqual({ name: 'Plasma Physics' });
  });

  it('does not create a team that no cluster could carry', async () => {
    renderSite(page, { api: apiOf(owner) });
    await screen.findByLabelText('Team name');
    type('Team name', '123');
    expect(screen.getByLabelText('Team name')).toBeInvalid();
    expect(screen.getByRole('button', { name: 'Create team' })).toBeDisabled();
  });

  it('adds a member by name', async () => {
    const api = apiOf(owner, {
      'GET /users/users/': () => listOf(aUser({ id: 9, username: 'nia' })),
      'POST /users/memberships/': () => ({}),
    });
    renderSite(page, { api });
    await screen.findByRole('button', { name: 'Add member' });
    type('Username', 'nia');
    type('Role', 'AD');
    press('Add member');
    await waitFor(() => expect(api.calls('POST /users/memberships/')).toHaveLength(1));
    expect(api.calls('GET /users/users/')[0]?.query.get('username')).toBe('nia');
    expect(api.calls('POST /users/memberships/')[0]?.body).toEqual({ team: 10, user: 9, role: 'AD' });
  });

  it('says that nobody has a name, or has it in the team already', async () => {
    const api = apiOf(owner, { 'GET /users/users/': () => listOf() });
    renderSite(page, { api });
    await screen.findByRole('button', { name: 'Add member' });
    type('Username', 'tom');
    press('Add member');
    expect(await screen.findByText('tom is in the team already.')).toBeVisible();
    type('Username', 'ghost');
    press('Add member');
    expect(await screen.findByText('Nobody here is called ghost.')).toBeVisible();
  });

  it('removes a member after asking, and shows why it could not', async () => {
    const api = apiOf(owner, {
      'DELETE /users/memberships/23/': () => refusal(409, 'The last owner stays.'),
    });
    renderSite(page, { api });
    fireEvent.click(await screen.findByRole('button', { name: 'Remove Tom Reed' }));
    expect(
      await screen.findByRole('dialog', { name: 'Remove Tom Reed from Chemistry?' }),
    ).toBeInTheDocument();
    press('Remove');
    expect(await screen.findByText('The last owner stays.')).toBeInTheDocument();
  });
});
