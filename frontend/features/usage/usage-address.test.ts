import { describe, expect, it } from '@jest/globals';
import { readUsageAddress, usageAddress } from './usage-address.ts';

describe('the address of a balance', () => {
  it.each([
    [{ cluster: 3, account: 'chemistry' }, '/usage/?cluster=3&account=chemistry'],
    [{ cluster: 3, account: 'a&b #1' }, '/usage/?cluster=3&account=a%26b+%231'],
  ])('of %j is %s, and reads back', (named, address) => {
    expect(usageAddress(named)).toBe(address);
    const query = Object.fromEntries(new URL(address, 'https://keystone.example.org').searchParams);
    expect(readUsageAddress(query)).toEqual(named);
  });

  it.each([
    {},
    { cluster: '3' },
    { account: 'chemistry' },
    { cluster: '3', account: '' },
    { cluster: 'x', account: 'chemistry' },
    { cluster: '0', account: 'chemistry' },
    { cluster: '1.5', account: 'chemistry' },
    { cluster: ['3', '4'], account: 'chemistry' },
    { cluster: '3', account: ['chemistry', 'physics'] },
  ])('is none in %j', (query) => {
    expect(readUsageAddress(query)).toBeUndefined();
  });
});
