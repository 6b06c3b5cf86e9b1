import { describe, expect, it } from '@jest/globals';
import { withScriptsBeforeStyles } from './scripts-before-styles.ts';

const preload = '<link rel="preload" href="/a.css" as="style"/>';
const style = '<link rel="stylesheet" href="/a.css" data-n-g=""/>';
const mark = '<noscript data-n-css=""></noscript>';
const scripts = '<script>inline()</script><script src="/main.js" defer=""></script>';

describe('a page of the export', () => {
  it('has its stylesheets behind its scripts, and their preload where it was', () => {
    const page = (head: string) => `<html><head><title>T</title>${head}</head><body><p></p></body></html>`;
    expect(withScriptsBeforeStyles(page(preload + style + mark + scripts))).toBe(
      page(preload + scripts + style + mark),
    );
  });

  it('keeps several stylesheets in their order', () => {
    const other = style.replace('a.css', 'b.css');
    expect(withScriptsBeforeStyles(`<head>${style}${other}${mark}${scripts}</head>`)).toBe(
      `<head>${scripts}${style}${other}${mark}</head>`,
    );
  });

  it('without stylesheets, or without a head, stays as it is', () => {
    for (const page of [`<head>${scripts}</head><body></body>`, '<p>no head</p>'])
      expect(withScriptsBeforeStyles(page)).toBe(page);
  });
});
