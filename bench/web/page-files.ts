import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A page of the exported site. */
export interface SitePage {
  /** `/requests/[id]/` */
  name: string;
  /** Bytes after gzip of the scripts and styles that the page names or holds; what it loads later is not among them. */
  scriptBytes: number;
  styleBytes: number;
}

const script = /<script>([^]*?)<\/script>/g;
const style = /<style>([^]*?)<\/style>/g;

/** Every page of an exported site. */
export function readPages(folder: string): SitePage[] {
  return globSync('**/*.html', { cwd: folder })
    .sort()
    .map((file) => {
      const html = readFileSync(join(folder, file), 'utf8');
      const { scripts, styles } = firstLoad(html);
      return {
        name: nameOf(file),
        scriptBytes: zippedBytes(folder, scripts) + zippedBytesIn(html, script),
        styleBytes: zippedBytes(folder, styles) + zippedBytesIn(html, style),
      };
    })
    .filter((page, index, all) => all.findIndex(({ name }) => name === page.name) === index);
}

const nameOf = (file: string) => `/${file.replace(/(index)?\.html$/, '')}`.replace(/([^/])$/, '$1/');

/** Files that a page's HTML has a browser load at once; scripts for browsers without modules are not among them. */
export function firstLoad(html: string): { scripts: string[]; styles: string[] } {
  const tags = html.match(/<(script|link)\b[^>]*>/g) ?? [];
  const wanted = (kind: RegExp, attribute: string) =>
    tags
      .filter((tag) => kind.test(tag) && !/\bnomodule\b/i.test(tag))
      .flatMap((tag) => new RegExp(`\\b${attribute}="(/[^"]+)"`).exec(tag)?.[1] ?? []);
  return {
    scripts: [...new Set(wanted(/^<script\b/, 'src'))],
    styles: [...new Set(wanted(/^<link\b.*\brel="stylesheet"/, 'href'))],
  };
}

const zippedBytesIn = (html: string, parts: RegExp) =>
  [...html.matchAll(parts)].reduce((sum, [, text = '']) => sum + gzipSync(text).length, 0);

function zippedBytes(folder: string, addresses: readonly string[]): number {
  return addresses.reduce(
    (sum, address) => sum + gzipSync(readFileSync(join(folder, decodeURIComponent(address)))).length,
    0,
  );
}
