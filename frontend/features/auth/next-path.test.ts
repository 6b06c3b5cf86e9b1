import { describe, expect, it } from '@jest/globals';
import { nextPath, signInPath } from './next-path.ts';

describe('the way back after signing in', () => {
  it.each(['/', '/requests/12/', '/requests/?status=PD&page=2', '/teams/#members'])('leads to %s', (path) => {
    expect(nextPath(path)).toBe(path);
  });

  it.each([
    '//elsewhere.example',
    '/\\elsewhere.example',
    '/\t/elsewhere.example',
    'https://elsewhere.example/',
    'javascript:alert(1)',
    'requests/',
    '',
    '/sign-in/?next=/sign-in/',
    '/.//elsewhere.example',
    ['/requests/'],
    undefined,
  ])('does not follow %p', (value) => {
    expect(nextPath(value)).toBe('/');
  });

  it('is kept in the address of the sign-in page', () => {
    expect(signInPath('/')).toBe('/sign-in/');
    const address = new URL(signInPath('/requests/?status=PD'), 'https://keystone.example.org');
    expect(nextPath(address.searchParams.get('next'))).toBe('/requests/?status=PD');
  });
});
