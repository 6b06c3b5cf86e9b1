import * as z from 'zod';

/** One figure of a metric, as CloudWatch keeps it. */
export interface Sample {
  namespace: string;
  metric: string;
  dimensions: Readonly<Record<string, string>>;
  value: number;
  /** Unix seconds. */
  at: number;
}

const dimensions = z
  .array(z.object({ Name: z.string(), Value: z.string() }))
  .default([])
  .transform((list) => Object.fromEntries(list.map(({ Name, Value }) => [Name, Value])));
const metric = z.object({ Namespace: z.string(), MetricName: z.string(), Dimensions: dimensions });
const rule = z.object({
  AlarmName: z.string(),
  ComparisonOperator: z.enum(['GreaterThanOrEqualToThreshold', 'LessThanThreshold']),
  Threshold: z.number(),
  EvaluationPeriods: z.int(),
  TreatMissingData: z.enum(['breaching', 'notBreaching']),
});
const single = rule.extend(metric.shape).extend({
  Period: z.int(),
  Statistic: z.string().optional(),
  ExtendedStatistic: z.string().optional(),
});
const combined = rule.extend({
  Metrics: z.array(
    z.object({
      Id: z.string(),
      ReturnData: z.boolean().default(true),
      Expression: z.string().optional(),
      MetricStat: z.object({ Metric: metric, Period: z.int(), Stat: z.string() }).optional(),
    }),
  ),
});

/** An alarm of the template, in the words of CloudFormation; what it does not know it does not take. */
export const alarmRuleSchema = z.union([combined, single]);
export type AlarmRule = z.infer<typeof alarmRuleSchema>;

type Series = z.infer<typeof metric> & { statistic: string; period: number };

/**
 * The state of an alarm at a moment by its own definition: its periods up to then, each with its statistic, compared
 * with the threshold; all of them have to breach.
 */
export function stateOf(alarm: AlarmRule, samples: readonly Sample[], now: number): 'ALARM' | 'OK' {
  const { period, valueAt } = seriesOf(alarm, samples);
  const periods = Array.from({ length: alarm.EvaluationPeriods }, (_, back) => now - (back + 1) * period);
  const breaches = periods.every((start) => {
    const value = valueAt(start);
    if (value === undefined) return alarm.TreatMissingData === 'breaching';
    return alarm.ComparisonOperator === 'LessThanThreshold'
      ? value < alarm.Threshold
      : value >= alarm.Threshold;
  });
  return breaches ? 'ALARM' : 'OK';
}

export const periodOf = (alarm: AlarmRule): number => seriesOf(alarm, []).period;

/** How long an alarm looks back. */
export const spanOf = (alarm: AlarmRule): number => periodOf(alarm) * alarm.EvaluationPeriods;

interface Evaluated {
  period: number;
  valueAt(start: number): number | undefined;
}

function seriesOf(alarm: AlarmRule, samples: readonly Sample[]): Evaluated {
  if (!('Metrics' in alarm)) {
    const statistic = alarm.Statistic ?? alarm.ExtendedStatistic ?? '';
    const series: Series = { ...alarm, statistic, period: alarm.Period };
    return { period: series.period, valueAt: (start) => statisticOf(series, samples, start) };
  }
  const stats = new Map(
    alarm.Metrics.flatMap(({ Id, MetricStat }) =>
      MetricStat
        ? [[Id, { ...MetricStat.Metric, statistic: MetricStat.Stat, period: MetricStat.Period }] as const]
        : [],
    ),
  );
  const returned = alarm.Metrics.find(({ ReturnData }) => ReturnData);
  const period = [...stats.values()][0]?.period ?? 0;
  const one = (id: string, start: number) => {
    const series = stats.get(id);
    if (!series) throw new Error(`${alarm.AlarmName}: nothing is called ${id}`);
    return statisticOf(series, samples, start);
  };
  const { Id = '', Expression } = returned ?? {};
  return {
    period,
    valueAt: (start) =>
      Expression === undefined ? one(Id, start) : sumOf(Expression, (id) => one(id, start)),
  };
}

/** A sum, written `FILL(m0, 0) + m1`: without FILL there is none where one part has no figure. */
function sumOf(expression: string, valueOf: (id: string) => number | undefined): number | undefined {
  const parts = expression.split(' + ').map((part) => {
    const [, filled, plain] = /^(?:FILL\((\w+), 0\)|(\w+))$/.exec(part) ?? [];
    if (filled !== undefined) return valueOf(filled) ?? 0;
    if (plain !== undefined) return valueOf(plain);
    throw new Error(`this test does not know the expression ${expression}`);
  });
  return parts.some((part) => part === undefined)
    ? undefined
    : parts.reduce<number>((sum, part) => sum + (part ?? 0), 0);
}

function statisticOf(series: Series, samples: readonly Sample[], start: number): number | undefined {
  const values = samples
    .filter(
      (sample) =>
        sample.namespace === series.Namespace &&
        sample.metric === series.MetricName &&
        isSame(sample.dimensions, series.Dimensions) &&
        sample.at >= start &&
        sample.at < start + series.period,
    )
    .map(({ value }) => value)
    .sort((a, b) => a - b);
  if (values.length === 0) return undefined;
  switch (series.statistic) {
    case 'Sum':
      return values.reduce((sum, value) => sum + value, 0);
    case 'Maximum':
      return values.at(-1);
    case 'p99':
      return values[Math.ceil(0.99 * values.length) - 1];
    default:
      throw new Error(`this test does not know the statistic ${series.statistic}`);
  }
}

const isSame = (a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>>) =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());
