import type { Registry } from '../registry/registry.ts';

/** AWS ends the connections of such a certificate "within a few minutes"; who wants it sooner deletes the connection. */
const graceMs = 60_000;

export interface Deactivation {
  /** Ends the certificate's connections after a while, unless it is ACTIVE again by then. */
  schedule(certificateId: string): void;
  stop(): void;
}

export const createDeactivation = (
  registry: Registry,
  disconnect: (certificateId: string) => void,
): Deactivation => {
  const timers = new Set<NodeJS.Timeout>();
  return {
    schedule: (certificateId) => {
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (registry.findCertificate(certificateId)?.status !== 'ACTIVE') disconnect(certificateId);
      }, graceMs);
      timers.add(timer);
    },
    stop: () => {
      for (const timer of timers) clearTimeout(timer);
    },
  };
};
