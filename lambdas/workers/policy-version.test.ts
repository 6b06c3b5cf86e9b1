import { describe, expect, it } from '@jest/globals';
import { versionAfter } from './policy-version.ts';

const NOW = new Date('2026-11-24T12:00:00.900Z');
const SECOND = Date.UTC(2026, 10, 24, 12) / 1000;
const [a, b] = ['a'.repeat(64), 'b'.repeat(64)] as const;
const at = (epoch: number, n: number, hash = a) => ({ version: { epoch, n }, hash });
const said = (epoch: number, n: number, hash = a) => ({ epoch, n, hash });

describe('the version after a head', () => {
  it.each([
    ['the first', undefined, null, { epoch: 1, n: 1 }],
    ['the next of an epoch from before there was a clock in it', at(2, 7), said(2, 7), { epoch: 2, n: 8 }],
    ['the next where the agent lags', at(SECOND - 9, 7), said(2, 6), { epoch: SECOND - 9, n: 8 }],
  ])('counts on: %s', (_, head, applied, next) => {
    expect(versionAfter(head, applied, { now: NOW })).toEqual(next);
  });

  it.each([
    ['there is no head', undefined, said(1, 3)],
    ['the agent is ahead', at(1, 7), said(1, 8)],
    ['the agent holds another content', at(1, 7), said(1, 7, b)],
  ])('begins the epoch of this second where %s', (_, head, applied) => {
    expect(versionAfter(head, applied, { now: NOW }).epoch).toBe(SECOND);
  });

  it.each([
    ['a head, although nobody heard from the agent', at(1, 7), null, SECOND],
    ['no head', undefined, null, SECOND],
    ['an epoch of this second', at(SECOND, 7), null, SECOND + 1],
    ['an epoch that the clock has not come to', at(1, 7), said(SECOND + 50, 3), SECOND + 51],
  ])('begins an epoch above all others on word of a restore to %s', (_, head, applied, epoch) => {
    expect(versionAfter(head, applied, { now: NOW, restored: true }).epoch).toBe(epoch);
  });
});
