import { afterEach, describe, expect, it, jest } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { act, fireEvent, screen, within } from '@testing-library/react';
import type { AllocationRequest } from '../../lib/api/records.ts';
import { fakeApi, refusal, type FakeApi } from '../../testing/fake-api.ts';
import { aRequest } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';
import { ReviewPanel } from './review-panel.tsx';

const DECISION = 'POST /allocations/requests/40/decision/';

const effect = (after: number) => ({
  cluster: 30,
  _cluster: { id: 30, name: 'alpha', enabled: true },
  account: 'chemistry',
  entitled_before: 0,
  entitled_after: after,
  used: 3_600,
  remaining_before: -3_600,
  remaining_after: after - 3_600,
});

const wholeAward = 43_200_000;

/** An API that rehearses every decision, and answers real ones as told. */
function deciding(
  answer: () => unknown = () => ({ status_before: 'PD', request: aRequest({ status: 'AP' }) }),
) {
  const api = fakeApi({
    [DECISION]: ({ body }) =>
      isDryRun(body)
        ? { dry_run: true, status_before: 'PD', request: aRequest(), effects: [effect(wholeAward)] }
        : answer(),
  });
  return { api, made: () => api.calls(DECISION).filter(({ body }) => !isDryRun(body)) };
}

const isDryRun = (body: unknown) => typeof body === 'object' && body !== null && 'dry_run' in body;

const show = (api: FakeApi, request: Partial<AllocationRequest> = {}) =>
  renderSite(<ReviewPanel request={aRequest(request)} etag={'"3"'} />, { api });
const type = (label: string, value: string) =>
  fireEvent.change(screen.getByLabelText(label), { target: { value } });
const press = (name: string) => fireEvent.click(screen.getByRole('button', { name }));
const names = () => screen.getAllByRole('button').map((button) => button.textContent);

afterEach(() => {
  jest.useRealTimers();
});

describe('the review panel', () => {
  it('shows what approving would do, from the dry run', async () => {
    const { api } = deciding();
    show(api);
    const table = await screen.findByRole('table', { name: 'chemistry on alpha' });
    expect(within(table).getByRole('row', { name: 'Entitled 0 12,000' })).toBeVisible();
    expect(within(table).getByRole('row', { name: 'Remaining -1 11,999' })).toBeVisible();
    expect(api.calls(DECISION)[0]?.body).toMatchObject({
      status: 'AP',
      awards: [{ allocation: 50, awarded: 12_000 }],
    });
  });

  it('asks for the dry run anew once the typing rests', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    const { api, made } = deciding();
    show(api);
    await act(() => jest.advanceTimersByTimeAsync(1_000));
    for (const award of ['1', '10', '100']) {
      type('Award on alpha', award);
      await act(() => jest.advanceTimersByTimeAsync(250));
    }
    expect(api.calls(DECISION)).toHaveLength(1);
    await act(() => jest.advanceTimersByTimeAsync(250));
    expect(api.calls(DECISION)).toHaveLength(2);
    expect(api.calls(DECISION)[1]?.body).toMatchObject({ awards: [{ allocation: 50, awarded: 100 }] });
    expect(made()).toEqual([]);
  });

  it('asks for nothing while the figures are not complete', async () => {
    const { api } = deciding();
    show(api);
    await screen.findByRole('table');
    type('Award on alpha', '');
    expect(await screen.findByText('Complete the figures to see what they do.')).toBeVisible();
    expect(api.calls(DECISION)).toHaveLength(1);
  });

  it('approves the request as it was shown', async () => {
    const { api, made } = deciding();
    show(api);
    type('Award on alpha', '9,000');
    type('First day', '2027-01-01');
    type('Ends before', '2027-07-01');
    press('Approve');
    expect(await screen.findByText('Approved.')).toBeVisible();
    expect(made()[0]?.body).toEqual({
      status: 'AP',
      awards: [{ allocation: 50, awarded: 9_000 }],
      active: '2027-01-01',
      expire: '2027-07-01',
    });
    expect(made()[0]?.headers.get('If-Match')).toBe('"3"');
  });

  it.each([
    ['Ask for changes', 'CR', 'Changes were asked for.'],
    ['Decline', 'DC', 'Declined.'],
  ] as const)('%s sends the comment and no award', async (button, status, said) => {
    const { api, made } = deciding(() => ({ status_before: 'PD', request: aRequest({ status }) }));
    show(api);
    type('Comment', 'Say more.');
    press(button);
    expect(await screen.findByText(said)).toBeVisible();
    expect(made()[0]?.body).toEqual({ status, comment: 'Say more.' });
  });

  it('withdraws an award only after showing what that does', async () => {
    const { api, made } = deciding(() => ({ status_before: 'AP', request: aRequest({ status: 'DC' }) }));
    show(api, { status: 'AP', active: '2026-01-01' });
    press('Withdraw');
    const dialog = await screen.findByRole('dialog', { name: 'Withdraw the award?' });
    expect(await within(dialog).findByRole('table', { name: 'chemistry on alpha' })).toBeInTheDocument();
    expect(made()).toEqual([]);
    fireEvent.click(within(dialog).getByRole('button', { name: 'Withdraw' }));
    expect(await screen.findByText('The award was withdrawn.')).toBeInTheDocument();
    expect(made()[0]?.body).toEqual({ status: 'DC' });
  });

  it.each([
    ['PD', ['Approve', 'Ask for changes', 'Decline']],
    ['CR', ['Approve', 'Decline']],
    ['AP', ['Change the award', 'Withdraw']],
    ['DC', ['Approve']],
  ] as const)('offers to a request that is %s what its lifecycle allows', async (status, buttons) => {
    show(deciding().api, { status });
    await screen.findByRole('table');
    expect(names()).toEqual(buttons);
  });

  it.each([409, 412])('says that someone else decided meanwhile (%d)', async (status) => {
    const { api } = deciding(() => refusal(status, 'The record changed.'));
    show(api);
    press('Approve');
    expect(await screen.findByText(/Someone else decided meanwhile/)).toBeVisible();
  });

  it('says what the server does not accept', async () => {
    const { api } = deciding(() =>
      refusal(400, 'That can not be approved.', { expire: ['lies in the past'] }),
    );
    show(api);
    press('Approve');
    expect(await screen.findByRole('alert')).toHaveTextContent('expire lies in the past');
  });
});
