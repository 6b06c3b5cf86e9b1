import { describe, expect, it } from '@jest/globals';
import { viewerAddress } from './viewer-address.ts';

const edge = '192.0.2.7';
const key = 'k'.repeat(48);
const headers = { 'x-keystone-edge': key, 'x-keystone-viewer': '2001:db8::1' };

describe('where a call came from', () => {
  it('is what the distribution says, with its key', () => {
    expect(viewerAddress(headers, edge, key)).toBe('2001:db8::1');
  });

  it('is the connection’s address without the key, with another one, or where no distribution is', () => {
    expect(viewerAddress({ 'x-keystone-viewer': '2001:db8::1' }, edge, key)).toBe(edge);
    expect(viewerAddress({ ...headers, 'x-keystone-edge': `${key}x` }, edge, key)).toBe(edge);
    expect(viewerAddress(headers, edge, '')).toBe(edge);
    expect(viewerAddress({ ...headers, 'x-keystone-edge': '' }, edge, '')).toBe(edge);
  });

  it('is never anything but an address', () => {
    expect(viewerAddress({ ...headers, 'x-keystone-viewer': '1.2.3.4, 5.6.7.8' }, edge, key)).toBe(edge);
    expect(viewerAddress({ 'x-keystone-edge': key }, edge, key)).toBe(edge);
  });
});
