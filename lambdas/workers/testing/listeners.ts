import type { Log } from '../../runtime/logger.ts';
import type { Meter, MetricName } from '../../runtime/metrics.ts';

/** A log that keeps the names of what was noted. */
export function listeningLog(): Log & { events: string[] } {
  const events: string[] = [];
  const note = (event: string) => {
    events.push(event);
  };
  return { events, info: note, warn: note, error: note };
}

/** A meter that keeps its sums. */
export function listeningMeter(): Meter & { sums: Map<MetricName, number> } {
  const sums = new Map<MetricName, number>();
  return {
    sums,
    count: (name, value = 1) => {
      sums.set(name, (sums.get(name) ?? 0) + value);
    },
    flush: () => undefined,
  };
}
