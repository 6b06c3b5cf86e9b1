import { afterEach, beforeEach, expect, it, jest } from '@jest/globals';
import '@testing-library/jest-dom/jest-globals';
import { render, screen } from '@testing-library/react';
import { PageBoundary } from './page-boundary.tsx';

function Broken(): never {
  throw new Error('a part of the page could not be fetched');
}

// React reports what a boundary caught, which is what happens here on purpose.
beforeEach(() => {
  jest.spyOn(console, 'error').mockReturnValue(undefined);
});
afterEach(() => {
  jest.restoreAllMocks();
});

const site = (page: string, broken: boolean) => (
  <>
    <p>The shell</p>
    <PageBoundary key={page}>{broken ? <Broken /> : <p>The page</p>}</PageBoundary>
  </>
);

it('keeps the shell of a page that fails, and lets the next page stand', () => {
  const { rerender } = render(site('/requests/', true));
  expect(screen.getByText('The shell')).toBeVisible();
  expect(screen.getByRole('alert')).toHaveTextContent('This page could not be shown');
  expect(screen.getByRole('button', { name: 'Load again' })).toBeVisible();
  rerender(site('/teams/', false));
  expect(screen.getByText('The page')).toBeVisible();
});
