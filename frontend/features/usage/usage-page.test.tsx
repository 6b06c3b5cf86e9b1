import { describe, expect, it, jest } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { act, screen, waitFor, within } from '@testing-library/react';
import { fakeApi, listOf, refusal } from '../../testing/fake-api.ts';
import { aBalance, aUser } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';

// jsdom has no canvas: how it is drawn is looked at in a browser, what is drawn here.
jest.unstable_mockModule('../burn-down/burn-down-chart.tsx', () => ({
  BurnDownChart: ({ label, plot }: { label: string; plot: { remaining: unknown[] } }) => (
    <div role="img" aria-label={label}>
      {plot.remaining.filter((value) => value !== null).join(' ')}
    </div>
  ),
}));
const { UsageRoute } = await import('./usage-route.tsx');

const HOUR = 3600;
const balance = aBalance({
  as_of: '2026-11-24',
  grants: [
    { id: 50, awarded: 1000 * HOUR, from: '2026-11-20', until: '2027-03-01', drawn: 130 * HOUR },
    { id: 51, awarded: 500 * HOUR, from: '2027-03-01', until: null, drawn: 0 },
  ],
  entitled: 1000 * HOUR,
  used: 130 * HOUR,
  remaining: 870 * HOUR,
});
const days = [
  { day: '2026-11-21', used: 100 * HOUR },
  { day: '2026-11-23', used: 30 * HOUR },
];
const named = { cluster: '30', account: 'chemistry' };
const whoami = { 'GET /authentication/whoami/': () => aUser() };
const answers = {
  ...whoami,
  'GET /usage/balances/': () => listOf(balance),
  'GET /usage/days/': () => listOf(...days),
};

describe('the page of a balance', () => {
  it('tells how it came down and how long it lasts, in words, as a chart and as a table', async () => {
    const api = fakeApi(answers);
    renderSite(<UsageRoute />, { api, query: named });
    expect(await screen.findByRole('heading', { name: 'chemistry on alpha', level: 1 })).toBeVisible();
    expect(await screen.findByRole('figure')).toHaveTextContent(
      '870 of 1,000 SU remain. At the pace of the last 4 days, 33 SU a day, it lasts until',
    );
    const chart = await screen.findByRole('img', { name: 'Burn-down of chemistry on alpha' });
    expect(chart).toHaveTextContent('1000 900 900 870 870');
    const rows = within(screen.getByRole('table', { name: 'Day by day' })).getAllByRole('row');
    expect(rows.map((row) => row.textContent)).toEqual([
      'DayUsedAwardedRemaining',
      '23 Nov 2026301,000870',
      '21 Nov 20261001,000900',
      '20 Nov 202601,0001,000',
    ]);
    expect(Object.fromEntries(api.calls('GET /usage/days/')[0]?.query ?? [])).toEqual({
      ...named,
      from: '2026-11-20',
      to: '2026-11-24',
      _limit: '366',
    });
    expect(Object.fromEntries(api.calls('GET /usage/balances/')[0]?.query ?? [])).toEqual(named);
  });

  it('lists the awards, those to come among them', async () => {
    renderSite(<UsageRoute />, { api: fakeApi(answers), query: named });
    const table = await screen.findByRole('table', { name: 'Awards' });
    expect(
      within(table)
        .getAllByRole('row')
        .slice(1)
        .map((row) => row.textContent),
    ).toEqual(['1 Mar 2027no end5000Begins later', '20 Nov 20261 Mar 20271,000130Live']);
  });

  it('moves by itself when a job was charged', async () => {
    jest.useFakeTimers({ doNotFake: ['queueMicrotask'] });
    try {
      let used = 0;
      const api = fakeApi({
        ...whoami,
        'GET /usage/balances/': () => listOf({ ...balance, used, remaining: 1000 * HOUR - used }),
        'GET /usage/days/': () => listOf(...(used ? [{ day: '2026-11-24', used }] : [])),
      });
      renderSite(<UsageRoute />, { api, query: named });
      await waitFor(() => expect(screen.getByText('Nothing was used yet.')).toBeVisible());
      used = 7 * HOUR;
      await act(() => jest.advanceTimersByTimeAsync(2_100));
      await waitFor(() => expect(screen.getByRole('figure')).toHaveTextContent('993 of 1,000 SU remain.'));
      expect(await screen.findByRole('table', { name: 'Day by day' })).toHaveTextContent(
        '24 Nov 202671,000993',
      );
    } finally {
      jest.useRealTimers();
    }
  });

  it('turns the pages of a long past', async () => {
    const many = Array.from({ length: 20 }, (_, index) => ({
      day: `2026-11-${String(index + 1).padStart(2, '0')}`,
      used: HOUR,
    }));
    const grants = [{ id: 50, awarded: 100 * HOUR, from: '2026-11-01', until: null, drawn: 20 * HOUR }];
    const api = fakeApi({
      ...whoami,
      'GET /usage/balances/': () => listOf({ ...balance, grants, used: 20 * HOUR }),
      'GET /usage/days/': () => listOf(...many),
    });
    renderSite(<UsageRoute />, { api, query: named });
    const table = await screen.findByRole('table', { name: 'Day by day' });
    const shown = () => within(table).getAllByRole('rowheader').length;
    expect(shown()).toBe(15);
    act(() => screen.getByRole('button', { name: 'Next' }).click());
    expect(shown()).toBe(5);
  });

  it('keeps the figures where the days can not be read, and says why', async () => {
    const api = fakeApi({ ...answers, 'GET /usage/days/': () => refusal(500, 'Something broke.') });
    renderSite(<UsageRoute />, { api, query: named });
    expect(await screen.findByRole('alert')).toHaveTextContent('Something broke.');
    expect(screen.getByText('870')).toBeVisible();
    expect(screen.getByRole('button', { name: 'Try again' })).toBeVisible();
  });

  it.each([
    ['that the caller does not see', named, listOf()],
    ['that the address does not name', {}, undefined],
    ['that can not be', { cluster: '30', account: 'x'.repeat(300) }, refusal(400, 'Too long.')],
  ])('says so of a balance %s', async (_what, query, answer) => {
    renderSite(<UsageRoute />, { api: fakeApi({ ...whoami, 'GET /usage/balances/': () => answer }), query });
    expect(await screen.findByText('No such balance')).toBeVisible();
  });

  it('says why the balance can not be read', async () => {
    const api = fakeApi({
      ...whoami,
      'GET /usage/balances/': () => refusal(503, 'The store does not answer.'),
    });
    renderSite(<UsageRoute />, { api, query: named });
    expect(await screen.findByRole('alert')).toHaveTextContent('The store does not answer.');
  });

  it('draws nothing for an account whose awards were taken back', async () => {
    const taken = { ...balance, grants: [], entitled: 0, used: 0, remaining: 0 };
    const api = fakeApi({ ...whoami, 'GET /usage/balances/': () => listOf(taken) });
    renderSite(<UsageRoute />, { api, query: named });
    expect(await screen.findByText('No award')).toBeVisible();
  });
});
