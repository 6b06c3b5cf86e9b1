import { describe, expect, it } from '@jest/globals';
import { judgePacket, type Traffic } from './packet-gate.ts';
import { perSecond } from './rate-limit.ts';

const traffic = (take = () => true): Traffic => ({ take, filters: new Set() });
const publish = (changes: { topic?: string; qos?: number; payload?: Uint8Array<ArrayBuffer> } = {}) =>
  judgePacket({ cmd: 'publish', topic: 'k/a', qos: 1, payload: Buffer.alloc(0), ...changes }, traffic());
const filters = (count: number, first = 0) =>
  Array.from({ length: count }, (_, at) => ({ topic: `k/${first + at}`, qos: 1 }));

describe('judgePacket', () => {
  it('takes 128 KB and closes the connection at one byte more', () => {
    expect(publish({ payload: Buffer.alloc(128 * 1024) }).outcome).toBe('pass');
    expect(publish({ payload: Buffer.alloc(128 * 1024 + 1) }).outcome).toBe('close');
  });

  it('closes the connection at QoS 2', () => {
    expect(publish({ qos: 2 })).toMatchObject({
      outcome: 'close',
      why: 'PUBLISH at QoS 2, which is not supported',
    });
    const subscribe = { cmd: 'subscribe', subscriptions: [{ topic: 'k', qos: 2 }] } as const;
    expect(
      judgePacket({ ...subscribe, subscriptions: [...subscribe.subscriptions] }, traffic()).outcome,
    ).toBe('close');
  });

  it('takes 8 topics in a SUBSCRIBE and closes the connection at 9', () => {
    expect(judgePacket({ cmd: 'subscribe', subscriptions: filters(8) }, traffic()).outcome).toBe('pass');
    expect(judgePacket({ cmd: 'subscribe', subscriptions: filters(9) }, traffic()).outcome).toBe('close');
  });

  it('takes 50 subscriptions on a connection, without those that it gave up', () => {
    const connection = traffic();
    const subscribe = (first: number, count: number) =>
      judgePacket({ cmd: 'subscribe', subscriptions: filters(count, first) }, connection).outcome;
    for (let first = 0; first < 48; first += 8) subscribe(first, 8);
    expect(subscribe(48, 2)).toBe('pass');
    judgePacket({ cmd: 'unsubscribe', unsubscriptions: ['k/0'] }, connection);
    expect(subscribe(50, 1)).toBe('pass');
    expect(subscribe(51, 1)).toBe('close');
  });

  it('discards the 101st publish of a second without closing the connection', () => {
    let now = 0;
    const connection = traffic(perSecond(100, () => now));
    const outcomes = (count: number) =>
      Array.from(
        { length: count },
        () => judgePacket({ cmd: 'publish', topic: 'k', qos: 0, payload: '' }, connection).outcome,
      );
    expect(new Set(outcomes(100))).toEqual(new Set(['pass']));
    expect(outcomes(1)).toEqual(['discard']);
    now = 10;
    expect(outcomes(2)).toEqual(['pass', 'discard']);
    now = 60_000;
    expect(outcomes(101).filter((outcome) => outcome === 'pass')).toHaveLength(100);
  });

  it('lets the other packets pass', () => {
    expect(
      judgePacket(
        { cmd: 'pingreq' },
        traffic(() => false),
      ).outcome,
    ).toBe('pass');
  });
});
