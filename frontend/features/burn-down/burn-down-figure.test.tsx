import { expect, it, jest } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { act, render, screen } from '@testing-library/react';
import { aBalance } from '../../testing/records.ts';
import { historyOf } from './burn-down.ts';

const balance = aBalance({
  as_of: '2026-11-24',
  grants: [{ id: 50, awarded: 3_600_000, from: '2026-11-23', until: '2026-12-01', drawn: 360_000 }],
});
const history = historyOf(balance, [{ day: '2026-11-23', used: 360_000 }]);

it('stands without its chart where this can not be loaded, and lets it be tried again', async () => {
  let load = () => Promise.reject<object>(new Error('no such file'));
  jest.unstable_mockModule('./burn-down-chart.tsx', () => load());
  const { BurnDownFigure } = await import('./burn-down-figure.tsx');
  render(<BurnDownFigure balance={balance} history={history} />);
  expect(await screen.findByText(/The chart could not be loaded/)).toBeVisible();
  expect(screen.getByRole('figure')).toHaveTextContent('900 of 1,000 SU remain.');

  let point: (column: number | undefined) => void = () => undefined;
  load = async () => ({
    BurnDownChart: ({ onPoint }: { onPoint: typeof point }) => {
      point = onPoint;
      return <p>the chart</p>;
    },
  });
  jest.resetModules();
  act(() => screen.getByRole('button', { name: 'Try again' }).click());
  expect(await screen.findByText('the chart')).toBeVisible();

  act(() => point(0));
  expect(screen.getByText('23 Nov 2026: 900 of 1,000 SU')).toBeVisible();
  act(() => point(3));
  expect(screen.getByText('26 Nov 2026: about 700 of 1,000 SU')).toBeVisible();
  act(() => point(undefined));
  expect(screen.queryByText(/26 Nov 2026/)).toBeNull();
});
