import Head from 'next/head';
import { strings } from '../../lib/strings.ts';

/** The name of the page in the tab, which is also read out after a move to it. */
export function PageTitle({ children }: { children: string }) {
  return (
    <Head>
      <title key="title">{`${children} · ${strings.product}`}</title>
    </Head>
  );
}
