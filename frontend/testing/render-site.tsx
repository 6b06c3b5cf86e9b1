import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import { RouterContext } from 'next/dist/shared/lib/router-context.shared-runtime.js';
import type { NextRouter } from 'next/router';
import type { ReactNode } from 'react';
import { ApiProvider } from '../lib/api/api-context.tsx';
import { createQueryClient } from '../lib/api/query-client.ts';
import type { FakeApi } from './fake-api.ts';

interface Visit {
  api: FakeApi;
  query?: NextRouter['query'];
  onSignedOut?: () => void;
}

/** Renders a part of the site as a person meets it, and records where it leads. */
export function renderSite(element: ReactNode, { api, query = {}, onSignedOut = () => undefined }: Visit) {
  const led: string[] = [];
  const go = (url: unknown) => {
    led.push(String(url));
    return Promise.resolve(true);
  };
  const router: NextRouter = {
    route: '/',
    pathname: '/',
    asPath: '/',
    basePath: '',
    query,
    isReady: true,
    isFallback: false,
    isPreview: false,
    isLocaleDomain: false,
    push: go,
    replace: go,
    reload: () => undefined,
    back: () => undefined,
    forward: () => undefined,
    prefetch: () => Promise.resolve(),
    beforePopState: () => undefined,
    events: { on: () => undefined, off: () => undefined, emit: () => undefined },
  };
  const queries = createQueryClient(onSignedOut);
  queries.setDefaultOptions({ queries: { ...queries.getDefaultOptions().queries, retry: false } });
  const page = render(
    <RouterContext value={router}>
      <QueryClientProvider client={queries}>
        <ApiProvider client={api.client}>{element}</ApiProvider>
      </QueryClientProvider>
    </RouterContext>,
  );
  return { ...page, led };
}
