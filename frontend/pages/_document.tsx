import { Head, Html, Main, NextScript, type DocumentProps } from 'next/document';
import { openPages } from '../features/shell/open-pages.ts';
import { themeScript } from '../lib/theme.ts';

// Only build-site.ts makes one; a page without it asks for everything a little later.
const earlyScript = process.env['EARLY_SCRIPT'] ?? '';

export default function Document({ __NEXT_DATA__: { page } }: DocumentProps) {
  return (
    <Html lang="en">
      <Head>
        <meta name="referrer" content="same-origin" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        {/* Before the first paint, so that a chosen theme never flashes the other one. */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
        {!openPages.has(page) && <script dangerouslySetInnerHTML={{ __html: earlyScript }} />}
      </Head>
      <body>
        <Main />
        <NextScript />
      </body>
    </Html>
  );
}
