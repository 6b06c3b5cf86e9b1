import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { MathExpression, Metric, type IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import { metricNames, type MetricName } from '@keystone/shared/contracts/metric-names.ts';
import { lastQueues, namesOf, workQueues } from './names.ts';
import { schedules } from './schedules.ts';

export interface AlarmSpec {
  /** Also the heading of its section in docs/runbook.md. */
  name: string;
  description: string;
  metric: IMetric;
  /** `at-least`: rings at the threshold and above. `less`: rings below it, and where nothing is measured. */
  rings: 'at-least' | 'less';
  threshold: number;
  /** Periods of the metric, one after another. */
  periods: number;
}

const FIVE_MINUTES = Duration.minutes(5);

/** Functions whose failures mean the same to whoever is woken. */
export const alarmGroups = {
  'http-function-errors': ['api', 'sign-in', 'enrol'],
  'worker-errors': ['policy-builder', 'ledger', 'agent-state'],
  'task-errors': ['outbox-sweep', 'grant-turn', 'verify-ledger', 'watch-agents', 'first-admin'],
} as const satisfies Record<string, readonly FunctionName[]>;

/** A function's metric, by its name: no reference to the stack that makes it. */
export const functionMetric = (
  stage: string,
  name: FunctionName,
  metricName: string,
  statistic: string,
  period = FIVE_MINUTES,
) =>
  new Metric({
    namespace: 'AWS/Lambda',
    metricName,
    dimensionsMap: { FunctionName: namesOf(stage).function(name) },
    statistic,
    period,
    label: name,
  });

export const queueMetric = (queueName: string, metricName: string) =>
  new Metric({
    namespace: 'AWS/SQS',
    metricName,
    dimensionsMap: { QueueName: queueName },
    statistic: 'Maximum',
    period: FIVE_MINUTES,
    label: queueName,
  });

/** A figure that a function counts itself (lambdas/runtime/metrics.ts). */
const countedBy = (stage: string, name: FunctionName, metricName: MetricName) =>
  new Metric({
    namespace: 'Keystone',
    metricName,
    dimensionsMap: { service: name, stage },
    statistic: 'Sum',
    period: FIVE_MINUTES,
  });

const summed = (stage: string, metricName: string, names: readonly FunctionName[]) => {
  const parts = names.map((name) => functionMetric(stage, name, metricName, 'Sum'));
  return new MathExpression({
    // A function that nobody called has no figure, and a sum with it would have none either.
    expression: parts.map((_, position) => `FILL(m${position}, 0)`).join(' + '),
    usingMetrics: Object.fromEntries(parts.map((metric, position) => [`m${position}`, metric])),
    period: FIVE_MINUTES,
    label: metricName,
  });
};

const functionAlarms = (stage: string): AlarmSpec[] =>
  Object.entries(alarmGroups).map(([name, members]) => ({
    name,
    description: `An unexpected error in ${members.join(', ')}`,
    metric: summed(stage, 'Errors', members),
    rings: 'at-least',
    threshold: 1,
    periods: 1,
  }));

const queueAlarms = (stage: string): AlarmSpec[] => {
  const names = namesOf(stage);
  const visible = 'ApproximateNumberOfMessagesVisible';
  const held = (name: string, queueName: string, description: string): AlarmSpec => ({
    name,
    description,
    metric: queueMetric(queueName, visible),
    rings: 'at-least',
    threshold: 1,
    periods: 1,
  });
  return [
    ...workQueues.map((queue) =>
      held(`${queue}-dead-letters`, names.deadLetters(queue), `A message of ${queue} failed every delivery`),
    ),
    ...lastQueues.map((queue) => held(queue, names.queue(queue), 'Something could not be handed on or done')),
    ...workQueues.map((queue): AlarmSpec => ({
      name: `${queue}-waiting`,
      description: `The oldest message of ${queue} waits for ten minutes`,
      metric: queueMetric(names.queue(queue), 'ApproximateAgeOfOldestMessage'),
      rings: 'at-least',
      threshold: 600,
      periods: 1,
    })),
  ];
};

const scheduleAlarms = (stage: string): AlarmSpec[] =>
  schedules.map(({ function: name, missing }) => ({
    name: `${name}-missing`,
    description: `${name} did not run`,
    metric: functionMetric(stage, name, 'Invocations', 'Sum', Duration.minutes(missing.periodMinutes)),
    rings: 'less',
    threshold: 1,
    periods: missing.periods,
  }));

/** Every alarm of a stage. */
export const alarmsOf = (stage: string, api: HttpApi): AlarmSpec[] => [
  {
    name: 'api-5xx',
    description: 'The HTTP API answers 5xx',
    metric: api.metricServerError({ period: FIVE_MINUTES, statistic: 'Sum' }),
    rings: 'at-least',
    threshold: 5,
    periods: 1,
  },
  {
    name: 'api-slow',
    description: 'One request in a hundred takes 3 s or longer',
    metric: api.metricLatency({ period: FIVE_MINUTES, statistic: 'p99' }),
    rings: 'at-least',
    threshold: 3000,
    periods: 3,
  },
  ...functionAlarms(stage),
  {
    name: 'functions-throttled',
    description: 'Functions are refused for want of concurrency',
    // An alarm takes ten metrics. `first-admin` is called by hand, once, and shows it when it is refused.
    metric: summed(
      stage,
      'Throttles',
      Object.values(alarmGroups)
        .flat()
        .filter((name) => name !== 'first-admin'),
    ),
    rings: 'at-least',
    threshold: 1,
    periods: 3,
  },
  ...scheduleAlarms(stage),
  {
    name: 'usage-quarantined',
    description: 'A usage record could not be charged and was put aside',
    metric: countedBy(stage, 'ledger', metricNames.quarantined),
    rings: 'at-least',
    threshold: 1,
    periods: 1,
  },
  {
    name: 'senders-refused',
    description: 'Usage came from a sender that is no enrolled agent',
    metric: countedBy(stage, 'ledger', metricNames.senderRefused),
    rings: 'at-least',
    threshold: 1,
    periods: 1,
  },
  {
    name: 'states-refused',
    description: 'What an agent says of itself can not be read, or comes from no enrolled agent',
    metric: countedBy(stage, 'agent-state', metricNames.stateRefused),
    rings: 'at-least',
    threshold: 1,
    periods: 1,
  },
  {
    name: 'agents-silent',
    description: 'An agent of an open cluster says nothing any more',
    metric: countedBy(stage, 'watch-agents', metricNames.agentsSilent),
    rings: 'at-least',
    threshold: 1,
    periods: 1,
  },
  {
    name: 'ledger-differences',
    description: 'Sums of the ledger are not what its charges come to',
    metric: countedBy(stage, 'verify-ledger', metricNames.ledgerDifferences),
    rings: 'at-least',
    threshold: 1,
    periods: 1,
  },
  ...queueAlarms(stage),
];
