import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createEdgeFunction } from './edge-function.ts';

const rewrite = createEdgeFunction(
  readFileSync(join(import.meta.dirname, '../../../cdk/cloudfront/rewrite.js'), 'utf8'),
);

describe("the site's edge function", () => {
  it('finds pages of the static export', () => {
    expect(rewrite('GET', '/')).toEqual({ uri: '/index.html' });
    expect(rewrite('GET', '/requests/12/')).toEqual({ uri: '/requests/[id]/index.html' });
    expect(rewrite('GET', '/_next/static/a.js')).toEqual({ uri: '/_next/static/a.js' });
  });

  it('sends a page without its slash to the one with it, query kept', () => {
    expect(rewrite('GET', '/requests?status=PD')).toEqual({
      statusCode: 301,
      headers: { location: { value: '/requests/?status=PD' } },
    });
  });

  it('never sends a browser to another host', () => {
    const answer = rewrite('GET', '/%2F%2Fevil.example/x');
    expect(JSON.stringify(answer)).not.toMatch(/"(\/\/|\/\\)/);
  });
});
