import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import { metricNames, type MetricName } from '@keystone/shared/contracts/metric-names.ts';

export { metricNames, type MetricName };

export interface Meter {
  count(metric: MetricName, amount?: number): void;
  /** Writes what was counted since the last time. */
  flush(): void;
}

/** Counts of a function, in CloudWatch's embedded format. */
export function meterFor(name: FunctionName, stage: string): Meter {
  const metrics = new Metrics({
    namespace: 'Keystone',
    serviceName: name,
    defaultDimensions: { stage },
  });
  return {
    count: (metric, amount = 1) => metrics.addMetric(metric, MetricUnit.Count, amount),
    flush: () => {
      if (metrics.hasStoredMetrics()) metrics.publishStoredMetrics();
    },
  };
}
