import { describe, expect, it } from '@jest/globals';
import type { ConnectPacket } from 'aedes';
import { connectGate } from './connect-gate.ts';
import type { DeviceMay } from './device-access.ts';

const packet = (changes: Partial<ConnectPacket> = {}): ConnectPacket => ({
  cmd: 'connect',
  clientId: 'a',
  protocolVersion: 4,
  ...changes,
});
const gateAt = (clock: () => number, may: DeviceMay = () => true) => {
  const gate = connectGate({ may, clock });
  return (changes: Partial<ConnectPacket> = {}, clientId = 'a') =>
    gate({ certificateId: 'c0ffee', clientId }, packet(changes));
};

describe('connectGate', () => {
  it('takes one CONNECT a second from a client id, and does not count the refused', () => {
    let now = 0;
    const connect = gateAt(() => now);
    expect(connect()).toBeUndefined();
    now = 999;
    expect(connect()).toBe('a client id connects once a second at most');
    expect(connect({}, 'b')).toBeUndefined();
    now = 1_000;
    expect(connect()).toBeUndefined();
  });

  it('does not let a client that may not connect hold up one that may', () => {
    const denied = gateAt(
      () => 0,
      ({ certificateId }) => certificateId !== 'c0ffee',
    );
    expect(denied()).toBe('iot:Connect as a is not allowed');
    const gate = connectGate({ clock: () => 0, may: ({ certificateId }) => certificateId === 'own' });
    gate({ certificateId: 'other', clientId: 'a' }, packet());
    expect(gate({ certificateId: 'own', clientId: 'a' }, packet())).toBeUndefined();
  });

  it.each([
    [0, 1_200],
    [1, 30],
    [60, 60],
    [65_535, 1_200],
  ])('keeps a connection with keep-alive %s alive for %s seconds', (asked, kept) => {
    const connect = packet({ keepalive: asked });
    connectGate({ clock: () => 0, may: () => true })({ certificateId: 'c0ffee', clientId: 'a' }, connect);
    expect(connect.keepalive).toBe(kept);
  });

  it.each<[string, Partial<ConnectPacket>, string, string]>([
    ['MQTT 5', { protocolVersion: 5 }, 'a', '3.1.1 only'],
    ['MQTT 3.1', { protocolVersion: 3 }, 'a', '3.1.1 only'],
    ['an empty client id', {}, '', 'empty'],
    ['a long client id', {}, 'x'.repeat(129), '128 bytes'],
    ['a will at QoS 2', { will: { topic: 'k', payload: '', qos: 2 } }, 'a', 'QoS 2'],
    ['a will on a reserved topic', { will: { topic: '$SYS/k', payload: '' } }, 'a', 'reserved'],
  ])('refuses %s', (_, changes, clientId, why) => {
    expect(gateAt(() => 0)(changes, clientId)).toContain(why);
  });

  it('asks the policies for a will as for a publish', () => {
    const only = (...actions: string[]) =>
      gateAt(
        () => 0,
        (_, action) => actions.includes(action),
      );
    const will = { topic: 'k', payload: '', retain: true };
    expect(only('iot:Connect')({ will })).toBe('a will on k is not allowed');
    expect(only('iot:Connect', 'iot:Publish')({ will })).toBe('a retained will is not allowed');
    expect(only('iot:Connect', 'iot:Publish', 'iot:RetainPublish')({ will })).toBeUndefined();
  });
});
