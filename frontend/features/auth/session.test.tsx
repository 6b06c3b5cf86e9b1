import { describe, expect, it, jest } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { fakeApi, refusal } from '../../testing/fake-api.ts';
import { aUser } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';
import { SignedIn, useSignOut, useUser } from './session.tsx';

function Greeting() {
  const { display_name } = useUser();
  const signOut = useSignOut();
  return <button onClick={() => signOut.mutate()}>Sign out {display_name}</button>;
}

const page = (
  <SignedIn loading={null}>
    <Greeting />
  </SignedIn>
);

describe('a page behind a session', () => {
  it('knows who is signed in', async () => {
    const api = fakeApi({ 'GET /authentication/whoami/': () => aUser() });
    renderSite(page, { api });
    expect(await screen.findByText('Sign out Mira Sanchez')).toBeVisible();
  });

  it('shows nothing and reports it where there is no session', async () => {
    const onSignedOut = jest.fn();
    const api = fakeApi({ 'GET /authentication/whoami/': () => refusal(401, 'Sign in first.') });
    renderSite(page, { api, onSignedOut });
    await waitFor(() => expect(onSignedOut).toHaveBeenCalled());
    expect(screen.queryByRole('button')).toBeNull();
  });

  it('offers to try again where the server does not answer', async () => {
    let up = false;
    const api = fakeApi({ 'GET /authentication/whoami/': () => (up ? aUser() : refusal(503, 'Away.')) });
    renderSite(page, { api });
    const again = await screen.findByRole('button', { name: 'Try again' });
    up = true;
    fireEvent.click(again);
    expect(await screen.findByText('Sign out Mira Sanchez')).toBeVisible();
  });

  it.each([
    ['the session ends', () => ({})],
    ['it had ended already', () => refusal(401, 'Sign in first.')],
  ])('leads to the sign-in page when %s', async (_how, answer) => {
    const api = fakeApi({
      'GET /authentication/whoami/': () => aUser(),
      'POST /authentication/logout/': answer,
    });
    const { led } = renderSite(page, { api });
    fireEvent.click(await screen.findByRole('button'));
    await waitFor(() => expect(led).toEqual(['/sign-in/']));
  });
});
