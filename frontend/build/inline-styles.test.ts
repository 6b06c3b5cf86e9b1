import { describe, expect, it } from '@jest/globals';
import { StyleNotInlined, withInlineStyles } from './inline-styles.ts';

const page = (head: string) =>
  `<html><head><title>T</title>${head}<script src="/a.js"></script></head></html>`;
const preload = '<link rel="preload" href="/a.css" as="style"/>';
const link = '<link rel="stylesheet" href="/a.css" data-n-g=""/>';
const inlined = (css: string) => withInlineStyles(page(preload + link), () => css);

describe('a page of the export', () => {
  it('has its stylesheets in it, and does not load them', () => {
    const texts: Record<string, string> = { '/a.css': 'p{color:red}\n', '/b.css': 'q{}' };
    const html = withInlineStyles(
      page(preload + link + link.replace('a.css', 'b.css')),
      (href) => texts[href] ?? '',
    );
    expect(html).toBe(page('<style>p{color:red}</style><style>q{}</style>'));
  });

  it('keeps what a stylesheet holds itself, letter by letter', () => {
    const css = 'p{content:"$&";background:url("data:image/svg+xml;base64,PHN2Zz4=")}';
    expect(inlined(css)).toContain(`<style>${css}</style>`);
  });

  it.each(['p{background:url(a.png)}', '@import "b.css";', 'p{content:"</style>"}'])(
    'stops the build at %s',
    (css) => {
      expect(() => inlined(css)).toThrow(StyleNotInlined);
    },
  );

  it('without stylesheets stays as it is', () => {
    expect(withInlineStyles(page(''), () => 'p{}')).toBe(page(''));
  });
});
