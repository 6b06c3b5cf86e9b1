import { describe, expect, it } from '@jest/globals';
import { globSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { runInNewContext } from 'node:vm';
import * as z from 'zod';

const file = join(import.meta.dirname, 'rewrite.js');
const source = readFileSync(file, 'utf8');
const answerSchema = z.union([
  z.object({
    statusCode: z.literal(301),
    headers: z.object({ location: z.object({ value: z.string() }) }),
  }),
  z.object({ uri: z.string() }),
]);

type Query = Record<string, { value: string; multiValue?: { value: string }[] }>;

/** Runs the file as CloudFront does: a script whose `handler` is called. */
const answer = (uri: string, querystring: Query = {}) => {
  const event = { request: { method: 'GET', uri, querystring, headers: {}, cookies: {} } };
  const result = answerSchema.parse(runInNewContext(`${source}\nhandler(event);`, { event }));
  return 'uri' in result ? result.uri : `301 ${result.headers.location.value}`;
};

describe('the site’s rewrite', () => {
  it.each([
    ['/', '/index.html'],
    ['/sign-in/', '/sign-in/index.html'],
    ['/requests/123/', '/requests/[id]/index.html'],
    ['/requests/123/review/', '/requests/[id]/review/index.html'],
  ])('answers %s with %s', (path, expected) => {
    expect(answer(path)).toBe(expected);
  });

  it.each(['/_next/static/chunks/main-1a2b.js', '/favicon.ico', '/requests/[id]/index.html'])(
    'leaves the file %s as it is',
    (path) => {
      expect(answer(path)).toBe(path);
    },
  );

  it('sends a path without its slash to the one with it, and keeps the query', () => {
    expect(answer('/requests/123')).toBe('301 /requests/123/');
    expect(
      answer('/requests', {
        status: { value: 'PD' },
        team: { value: '1', multiValue: [{ value: '1' }, { value: '2' }] },
      }),
    ).toBe('301 /requests/?status=PD&team=1&team=2');
    expect(answer('/home', { debug: { value: '' } })).toBe('301 /home/?debug');
  });

  it.each(['//evil', '///evil', '/\\evil', '\\\\evil'])(
    'never sends a browser to another host by %s',
    (path) => {
      expect(answer(path)).toBe('301 /evil/');
    },
  );

  it('leaves a name that only begins like a number', () => {
    expect(answer('/teams/7up/')).toBe('/teams/7up/index.html');
  });

  it('knows the name under which every record page of the site is exported', () => {
    const pages = join(import.meta.dirname, '../../frontend/pages');
    const names = globSync('**/*.tsx', { cwd: pages }).flatMap((page) => page.match(/\[[^\]]*\]/g) ?? []);
    expect(new Set(names)).toEqual(new Set(['[id]']));
  });

  it('fits CloudFront’s 10 kB', () => {
    expect(statSync(file).size).toBeLessThan(10_240);
  });
});
