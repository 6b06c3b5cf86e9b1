import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { openRegistry, type Registry } from '../registry/registry.ts';
import { createDeactivation } from './deactivation.ts';

describe('createDeactivation', () => {
  let registry: Registry;
  beforeEach(() => {
    jest.useFakeTimers();
    const state = { mqttPort: null, things: {}, certificates: {} };
    registry = openRegistry({ state, save: () => undefined }, new Set(), () => 0);
    registry.addCertificate('c', 'PEM', 'INACTIVE');
  });
  afterEach(() => {
    jest.useRealTimers();
  });

  it('leaves a connection up for a minute, then ends it', () => {
    const ended: string[] = [];
    createDeactivation(registry, (id) => ended.push(id)).schedule('c');
    jest.advanceTimersByTime(59_999);
    expect(ended).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(ended).toEqual(['c']);
  });

  it('leaves it up where the certificate is active again, or the service stopped', () => {
    const ended: string[] = [];
    const deactivation = createDeactivation(registry, (id) => ended.push(id));
    deactivation.schedule('c');
    registry.setStatus('c', 'ACTIVE');
    jest.advanceTimersByTime(60_000);
    registry.setStatus('c', 'INACTIVE');
    deactivation.schedule('c');
    deactivation.stop();
    jest.advanceTimersByTime(60_000);
    expect(ended).toEqual([]);
  });
});
