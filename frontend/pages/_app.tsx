import { QueryClientProvider } from '@tanstack/react-query';
import { CSPProvider } from '@base-ui/react/csp-provider';
import type { AppProps } from 'next/app';
import Head from 'next/head';
import { useRouter } from 'next/router';
import { useState } from 'react';
import { signInPath } from '../features/auth/next-path.ts';
import { openPages } from '../features/shell/open-pages.ts';
import { PageBoundary } from '../features/shell/page-boundary.tsx';
import { AppShell } from '../features/shell/app-shell.tsx';
import { ApiProvider } from '../lib/api/api-context.tsx';
import { createQueryClient } from '../lib/api/query-client.ts';
import { strings } from '../lib/strings.ts';
import '../styles/site.css';

export default function Site({ Component, pageProps }: AppProps) {
  const router = useRouter();
  const [queries] = useState(() =>
    createQueryClient(() => {
      const { pathname, search } = window.location;
      if (!pathname.startsWith('/sign-in')) void router.replace(signInPath(pathname + search));
    }),
  );
  const page = (
    <PageBoundary key={router.pathname}>
      <Component {...pageProps} />
    </PageBoundary>
  );
  return (
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <ApiProvider>
          <Head>
            <meta name="viewport" content="width=device-width, initial-scale=1" />
            <title key="title">{strings.product}</title>
          </Head>
          {openPages.has(router.pathname) ? page : <AppShell>{page}</AppShell>}
        </ApiProvider>
      </QueryClientProvider>
    </CSPProvider>
  );
}
