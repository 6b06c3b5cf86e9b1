import { describe, expect, it } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { fireEvent, screen } from '@testing-library/react';
import { fakeApi, refusal } from '../../testing/fake-api.ts';
import { aUser } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';
import { ChangePasswordDialog } from './change-password-dialog.tsx';

const ROUTE = 'PATCH /users/users/2/';
const LONG = 'long enough to keep';

function open(answer: () => unknown = () => aUser()) {
  const api = fakeApi({ [ROUTE]: answer });
  renderSite(<ChangePasswordDialog user={aUser()} onClose={() => undefined} />, { api });
  return api;
}

async function send(password: string, again: string) {
  fireEvent.change(await screen.findByLabelText('New password'), { target: { value: password } });
  fireEvent.change(screen.getByLabelText('New password, again'), { target: { value: again } });
  fireEvent.click(screen.getByRole('button', { name: 'Change password' }));
}

describe('the change of a password', () => {
  it('sends the new one, and nothing else of the person', async () => {
    const api = open();
    await send(LONG, LONG);
    expect(await screen.findByText(/Your password was changed/)).toBeVisible();
    expect(api.calls(ROUTE).map(({ body }) => body)).toEqual([{ password: LONG }]);
  });

  it.each([
    ['is short', 'too short', 'too short', 'New password'],
    ['was typed differently', LONG, `${LONG}!`, 'New password, again'],
  ])('sends nothing that %s', async (_what, password, again, field) => {
    const api = open();
    await send(password, again);
    expect(screen.getByLabelText(field)).toBeInvalid();
    expect(api.asked).toEqual([]);
  });

  it('says what the API has against it', async () => {
    open(() => refusal(400, 'The body does not fit.', { password: ['is on the list of the usual ones'] }));
    await send(LONG, LONG);
    expect(await screen.findByRole('alert')).toHaveTextContent('password is on the list of the usual ones');
  });
});
