import { describe, expect, it, jest } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { screen } from '@testing-library/react';
import { fakeApi, listOf, refusal } from '../../testing/fake-api.ts';
import { aBalance, aRequest } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';

jest.unstable_mockModule('../burn-down/burn-down-chart.tsx', () => ({
  BurnDownChart: ({ label }: { label: string }) => <div role="img" aria-label={label} />,
}));
const { RequestUsage } = await import('./request-usage.tsx');

const [asked] = aRequest()._allocations;
if (!asked) throw new Error('a request without a cluster');
const request = aRequest({
  status: 'AP',
  _allocations: [
    { ...asked, awarded: 1000 },
    { ...asked, id: 51, cluster: 31, _cluster: { id: 31, name: 'beta', enabled: true }, awarded: 0 },
  ],
});
const grants = [{ id: 50, awarded: 3_600_000, from: '2026-11-01', until: null, drawn: 360_000 }];
const days = () => listOf({ day: '2026-11-20', used: 360_000 });

describe('what became of the awards of a request', () => {
  it('tells for each award what was drawn, and the course of the balance', async () => {
    const api = fakeApi({
      'GET /usage/balances/': () => listOf(aBalance({ cluster: 31 }), aBalance({ grants })),
      'GET /usage/days/': days,
    });
    renderSite(<RequestUsage request={request} />, { api });
    expect(await screen.findByText('100 of the 1,000 SU of this award drawn')).toBeVisible();
    expect(await screen.findByRole('img', { name: 'Burn-down of chemistry on alpha' })).toBeVisible();
    expect(screen.getByRole('link', { name: 'Use over time of chemistry on alpha' })).toHaveAttribute(
      'href',
      '/usage/?cluster=30&account=chemistry',
    );
    expect(screen.queryByRole('heading', { name: 'beta' })).toBeNull();
    expect(api.calls('GET /usage/balances/')[0]?.query.get('team__in')).toBe('10');
  });

  it('waits for a balance that is not there yet', async () => {
    const api = fakeApi({ 'GET /usage/balances/': () => listOf() });
    renderSite(<RequestUsage request={request} />, { api });
    expect(await screen.findByText('The balance appears here in a moment.')).toBeVisible();
  });

  it('says why it can not be read', async () => {
    const api = fakeApi({ 'GET /usage/balances/': () => refusal(500, 'Something broke.') });
    renderSite(<RequestUsage request={request} />, { api });
    expect(await screen.findByRole('alert')).toHaveTextContent('Something broke.');
  });

  it('has nothing to say of a request that was awarded nothing', () => {
    const nothing = { ...request, _allocations: request._allocations.slice(1) };
    const api = fakeApi({ 'GET /usage/balances/': () => listOf() });
    const { container } = renderSite(<RequestUsage request={nothing} />, { api });
    expect(container).toBeEmptyDOMElement();
  });
});
