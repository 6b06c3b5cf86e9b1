import { describe, expect, it } from '@jest/globals';
import { matchRoute, type Route } from './routes.ts';

const route = (key: string): Route => {
  const [method = '', path = ''] = key.split(' ');
  return { key, method, segments: path.split('/').slice(1), functionArn: key };
};
const routes = [
  'ANY /api/{proxy+}',
  'POST /api/authentication/login',
  'POST /api/authentication/login/{proxy+}',
  'GET /api/{id}/x',
].map(route);
const matched = (method: string, path: string) => matchRoute(routes, method, path)?.match;

describe('routes of the HTTP API', () => {
  it('takes the full match before the greedy one, with and without a slash at the end', () => {
    expect(matched('POST', '/api/authentication/login')?.routeKey).toBe('POST /api/authentication/login');
    expect(matched('POST', '/api/authentication/login/')).toEqual({
      routeKey: 'POST /api/authentication/login/{proxy+}',
      pathParameters: { proxy: '' },
    });
  });

  it('leaves other methods to the route that takes any', () => {
    expect(matched('GET', '/api/authentication/login/')).toEqual({
      routeKey: 'ANY /api/{proxy+}',
      pathParameters: { proxy: 'authentication/login/' },
    });
  });

  it('reads variables', () => {
    expect(matched('GET', '/api/7/x')).toEqual({ routeKey: 'GET /api/{id}/x', pathParameters: { id: '7' } });
  });

  it('answers nothing outside', () => {
    expect(matched('GET', '/other')).toBeUndefined();
  });
});
