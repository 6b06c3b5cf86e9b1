import { afterEach, describe, expect, it, jest } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { act, screen, waitFor } from '@testing-library/react';
import { fakeApi, listOf, refusal } from '../../testing/fake-api.ts';
import { aBalance, aUser } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';
import { Balances } from './balances.tsx';

const remaining = () => screen.getByTestId('remaining-seconds');

afterEach(() => {
  jest.useRealTimers();
});

describe('the balances', () => {
  it('name account and cluster, and show what remains in service units', async () => {
    const api = fakeApi({ 'GET /usage/balances/': () => listOf(aBalance()) });
    renderSite(<Balances user={aUser()} />, { api });
    expect(await screen.findByRole('article', { name: 'chemistry on alpha' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'chemistry on alpha' })).toHaveAttribute(
      'href',
      '/usage/?cluster=30&account=chemistry',
    );
    expect(remaining()).toHaveTextContent('900');
    expect(remaining()).toHaveAttribute('data-seconds', '3240000');
    expect(screen.getByRole('meter')).toHaveAttribute('aria-valuenow', '10');
    expect(api.calls('GET /usage/balances/')[0]?.query.get('team__in')).toBe('10');
  });

  it('move by themselves when a job was charged', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    let left = 3_240_000;
    const api = fakeApi({ 'GET /usage/balances/': () => listOf(aBalance({ remaining: left })) });
    renderSite(<Balances user={aUser()} />, { api });
    await waitFor(() => expect(remaining()).toHaveTextContent('900'));
    left = 36_000;
    await act(() => jest.advanceTimersByTimeAsync(2_100));
    await waitFor(() => expect(remaining()).toHaveTextContent('10'));
  });

  it('stay and are called old when a refresh fails', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    let up = true;
    const api = fakeApi({
      'GET /usage/balances/': () => (up ? listOf(aBalance()) : refusal(503, 'The store does not answer.')),
    });
    renderSite(<Balances user={aUser()} />, { api });
    await waitFor(() => expect(remaining()).toBeVisible());
    up = false;
    await act(() => jest.advanceTimersByTimeAsync(2_100));
    expect(await screen.findByText(/may be old/)).toBeVisible();
    expect(remaining()).toHaveTextContent('900');
  });

  it('ask for nothing where a person is in no team, and say what to do', () => {
    const api = fakeApi({});
    renderSite(<Balances user={aUser({ _membership: [] })} />, { api });
    expect(screen.getByRole('link', { name: 'Go to teams' })).toHaveAttribute('href', '/teams/');
    expect(api.asked).toEqual([]);
  });

  it('say why they can not be read', async () => {
    const api = fakeApi({ 'GET /usage/balances/': () => refusal(500, 'Something broke.') });
    renderSite(<Balances user={aUser()} />, { api });
    expect(await screen.findByRole('alert')).toHaveTextContent('Something broke.');
    expect(screen.getByRole('button', { name: 'Try again' })).toBeVisible();
  });
});
