import { describe, expect, it, jest } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { screen, waitFor } from '@testing-library/react';
import { fakeApi, listOf } from '../../testing/fake-api.ts';
import { aBalance } from '../../testing/records.ts';
import { renderSite } from '../../testing/render-site.tsx';

// jsdom has no canvas.
jest.unstable_mockModule('../burn-down/burn-down-chart.tsx', () => ({ BurnDownChart: () => null }));
const { BalanceCourses } = await import('./balance-courses.tsx');

const onCluster = (cluster: number, changes = {}) =>
  aBalance({ cluster, _cluster: { id: cluster, name: `c${cluster}`, enabled: true }, ...changes });

function show(...balances: ReturnType<typeof aBalance>[]) {
  const api = fakeApi({
    'GET /usage/balances/': () => listOf(...balances),
    'GET /usage/days/': () => listOf(),
  });
  renderSite(<BalanceCourses teams={[10]} />, { api });
  return api;
}

describe('the courses of balances', () => {
  it('stand side by side, with the way to each', async () => {
    show(onCluster(1), onCluster(2), onCluster(3, { grants: [] }));
    await waitFor(() => expect(screen.getAllByRole('figure')).toHaveLength(2));
    expect(screen.getAllByRole('link').map((link) => link.getAttribute('href'))).toEqual([
      '/usage/?cluster=1&account=chemistry',
      '/usage/?cluster=2&account=chemistry',
    ]);
  });

  it('are not read where there are many', async () => {
    const api = show(...[1, 2, 3, 4, 5].map((cluster) => onCluster(cluster)));
    await waitFor(() => expect(api.asked).toEqual(['GET /usage/balances/']));
    expect(screen.queryByRole('heading')).toBeNull();
  });
});
