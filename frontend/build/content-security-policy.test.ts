import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { PolicyViolation, policyOf, withPolicy } from './content-security-policy.ts';

const page = (head: string, body = '') =>
  `<!DOCTYPE html><html><head><meta charSet="utf-8" data-next-head=""/>${head}</head><body>${body}</body></html>`;
const hashOf = (text: string) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const directiveOf = (name: string, html: string) =>
  policyOf(html)
    .split('; ')
    .find((directive) => directive.startsWith(name));
const scriptsOf = (html: string) => directiveOf('script-src', html);

describe("a page's policy", () => {
  it('lets inline scripts run by their hashes, each once', () => {
    const html = page('<script>one()</script><script>two()</script>', '<script>one()</script>');
    expect(scriptsOf(html)).toBe(`script-src 'self' ${hashOf('one()')} ${hashOf('two()')}`);
  });

  it('lets the styles in the page hold by their hash, and no others', () => {
    const html = page('<style>p{color:red}</style><script>x = "<style>q{}</style>"</script>');
    expect(directiveOf('style-src', html)).toBe(`style-src 'self' ${hashOf('p{color:red}')}`);
    expect(() => withPolicy(html)).not.toThrow();
  });

  it('leaves out scripts from files, and data', () => {
    const html = page(
      '<script src="/a.js" defer=""></script>',
      '<script type="application/json">{"a":1}</script>',
    );
    expect(scriptsOf(html)).toBe("script-src 'self'");
  });

  it('stands before everything that it speaks of', () => {
    const html = withPolicy(page('<script>one()</script>'));
    expect(html).toMatch(
      /<head><meta charSet="utf-8" data-next-head=""\/><meta http-equiv="Content-Security-Policy"/,
    );
    expect(html).toContain("style-src 'self'");
  });

  it.each(['<p style="color:red">', '<style media="print">p{}</style>', '<img src="/a.png" onerror="x()">'])(
    'stops the build at %s',
    (inline) => {
      expect(() => withPolicy(page('', inline))).toThrow(PolicyViolation);
    },
  );

  it('does not mistake what a script says for markup', () => {
    expect(() => withPolicy(page('<script>x = \'<p style="a">\'</script>'))).not.toThrow();
  });
});
