import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createLog } from '../log/log.ts';
import { FakeTransport } from '../testing/fake-transport.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { CloudLink } from './cloud-link.ts';

describe('the cloud link', () => {
  let clock: VirtualClock;
  let transport: FakeTransport;
  let link: CloudLink;
  let heard: string[];

  beforeEach(() => {
    clock = new VirtualClock();
    transport = new FakeTransport();
    heard = [];
    link = new CloudLink({
      transport,
      clock,
      random: () => 0.5,
      log: createLog(
        () => undefined,
        () => 0,
      ),
      subscriptions: { policy: (payload) => heard.push(Buffer.from(payload).toString('utf8')) },
      onConnected: () => heard.push('connected'),
      onDisconnected: () => heard.push('disconnected'),
      onUnstable: (unstable) => heard.push(unstable ? 'unstable' : 'stable'),
    });
  });
  afterEach(() => link.stop());

  it('connects, listens, and connects again after the session ended', async () => {
    link.start();
    await clock.advance(0);
    transport.deliver('policy', 'one');
    transport.drop();
    await clock.advance(2_000);
    transport.deliver('policy', 'two');
    expect(heard).toEqual(['connected', '"one"', 'disconnected', 'connected', '"two"']);
  });

  it('asks a broker that is away ever less often', async () => {
    transport.away = true;
    link.start();
    await clock.advance(1_000);
    expect(transport.connects).toBe(1);
    await clock.advance(3_600_000);
    const perHour = transport.connects;
    expect(perHour).toBeGreaterThan(30);
    expect(perHour).toBeLessThan(60);
    transport.away = false;
    await clock.advance(90_000);
    expect(heard[0]).toBe('connected');
  });

  it('tells of sessions that keep ending, as two agents under one name make them, and backs off', async () => {
    link.start();
    for (let session = 0; session < 3; session += 1) {
      await clock.advance(60_000);
      await clock.advance(0);
      transport.drop('taken over');
      await clock.advance(0);
      transport.drop('taken over');
    }
    expect(heard).not.toContain('unstable');
    const before = transport.connects;
    for (let second = 0; second < 60; second += 1) {
      await clock.advance(1_000);
      transport.drop('taken over');
    }
    expect(heard).toContain('unstable');
    expect(transport.connects - before).toBeLessThan(10);
    await clock.advance(130_000);
    expect(heard.at(-1)).toBe('stable');
  });
});
