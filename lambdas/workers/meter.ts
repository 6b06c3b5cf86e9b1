import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';

/** Figures that an operator acts on. Each is an alarm's metric, by stage and function. */
export type MetricName =
  | 'CommitAttempts'
  | 'ChargesPosted'
  | 'Quarantined'
  | 'SendersRefused'
  | 'StatesRefused'
  | 'PoliciesBuilt'
  | 'PolicyMessages'
  | 'OutboxSwept';

export interface Meter {
  add(name: MetricName, value: number): void;
  /** Writes what was added; at the end of each invocation. */
  flush(): void;
}

/** The meter of a function: CloudWatch reads it from the log. */
export function meterFor(name: FunctionName, stage: string): Meter {
  const metrics = new Metrics({ namespace: 'Keystone', serviceName: name, defaultDimensions: { stage } });
  return {
    add: (metric, value) => metrics.addMetric(metric, MetricUnit.Count, value),
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
