import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { gzipSync } from 'node:zlib';
import { firstLoad, readPages } from './page-files.ts';

const html = `<!DOCTYPE html><head>
<link rel="preload" href="/_next/a.css" as="style"/><link href="/_next/a.css" rel="stylesheet"/>
<script src="/_next/main.js" defer=""></script><script src="/_next/%5Bid%5D.js"></script>
<script noModule="" src="/_next/polyfills.js"></script><script>inline()</script><style>p{}</style></head>`;
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'keystone-pages-'));
  mkdirSync(join(folder, '_next'));
  mkdirSync(join(folder, 'requests', '[id]'), { recursive: true });
  for (const name of ['main.js', '[id].js', 'a.css'])
    writeFileSync(join(folder, '_next', name), name.repeat(100));
  for (const page of ['index.html', '404.html', '404/index.html', 'requests/[id]/index.html']) {
    mkdirSync(join(folder, page, '..'), { recursive: true });
    writeFileSync(join(folder, page), html);
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('takes what a page loads at once: no preloads twice, nothing for old browsers', () => {
  expect(firstLoad(html)).toEqual({
    scripts: ['/_next/main.js', '/_next/%5Bid%5D.js'],
    styles: ['/_next/a.css'],
  });
});

it('names every page once, and weighs its files, and what stands in it, after gzip', () => {
  const pages = readPages(folder);
  expect(pages.map(({ name }) => name)).toEqual(['/404/', '/', '/requests/[id]/']);
  const zipped = (name: string) => gzipSync(name.repeat(100)).length;
  expect(pages[0]).toMatchObject({
    scriptBytes: zipped('main.js') + zipped('[id].js') + gzipSync('inline()').length,
    styleBytes: zipped('a.css') + gzipSync('p{}').length,
  });
});
