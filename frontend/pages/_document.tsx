import { Head, Html, Main, NextScript } from 'next/document';
import { themeScript } from '../lib/theme.ts';

export default function Document() {
  return (
    <Html lang="en">
      <Head>
        <meta name="referrer" content="same-origin" />
        <link rel="icon" href="/icon.svg" type="image/svg+xml" />
        {/* Before the first paint, so that a chosen theme never flashes the other one. */}
        <script dangerouslySetInnerHTML={{ __html: themeScript }} />
      </Head>
      <body>
        <Main />
        <NextScript />
      </body>
    </Html>
  );
}
