import { describe, expect, it } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { fireEvent, screen, waitFor } from '@testing-library/react';
import { fakeApi, refusal } from '../../testing/fake-api.ts';
import { aUser } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';
import { SignInForm } from './sign-in-form.tsx';

const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const send = () => fireEvent.click(screen.getByRole('button', { name: 'Sign in' }));

describe('the sign-in form', () => {
  it('signs in and leads back to where the person came from', async () => {
    const api = fakeApi({ 'POST /authentication/login/': () => aUser() });
    const { led } = renderSite(<SignInForm />, { api, query: { next: '/requests/12/' } });
    type('Username', ' mira ');
    type('Password', 'correct horse battery');
    send();
    await waitFor(() => expect(led).toEqual(['/requests/12/']));
    expect(api.calls('POST /authentication/login/')[0]?.body).toEqual({
      username: 'mira',
      password: 'correct horse battery',
    });
  });

  it('says that name or password is wrong, and stays', async () => {
    const api = fakeApi({
      'POST /authentication/login/': () => refusal(401, 'The name or the password is wrong.'),
    });
    const { led } = renderSite(<SignInForm />, { api });
    type('Username', 'mira');
    type('Password', 'wrong');
    send();
    expect(await screen.findByRole('alert')).toHaveTextContent('The name or the password is wrong.');
    expect(led).toEqual([]);
  });

  it('asks for what is missing without asking the server', async () => {
    const api = fakeApi({});
    renderSite(<SignInForm />, { api });
    type('Username', 'mira');
    send();
    expect(await screen.findByRole('alert')).toHaveTextContent('Type your name and your password.');
    expect(api.asked).toEqual([]);
  });
});
