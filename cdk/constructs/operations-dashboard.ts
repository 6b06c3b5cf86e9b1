import { Duration } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import {
  AlarmStatusWidget,
  Dashboard,
  GraphWidget,
  type Alarm,
  type IMetric,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { functionMetric, queueMetric } from '../alarms.ts';
import { functionNames } from '../functions.ts';
import { namesOf, workQueues } from '../names.ts';

interface OperationsDashboardProps {
  stage: string;
  api: HttpApi;
  alarms: readonly Alarm[];
}

/** One page: what rings, then the way of a request and of a message. */
export class OperationsDashboard extends Construct {
  constructor(scope: Construct, id: string, props: OperationsDashboardProps) {
    super(scope, id);
    const { stage, api } = props;
    const names = namesOf(stage);
    const period = Duration.minutes(5);
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width: 12 });
    const ofFunctions = (metricName: string, statistic: string) =>
      functionNames.map((name) => functionMetric(stage, name, metricName, statistic));

    const dashboard = new Dashboard(this, 'dashboard', { dashboardName: names.stack('operations') });
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', width: 24, alarms: [...props.alarms] }));
    dashboard.addWidgets(
      graph('Requests and 5xx', [
        api.metricCount({ period, statistic: 'Sum' }),
        api.metricServerError({ period, statistic: 'Sum' }),
      ]),
      graph(
        'Latency (ms)',
        ['p50', 'p99'].map((statistic) => api.metricLatency({ period, statistic, label: statistic })),
      ),
    );
    dashboard.addWidgets(
      graph('Function errors', ofFunctions('Errors', 'Sum')),
      graph('Function duration p99 (ms)', ofFunctions('Duration', 'p99')),
    );
    dashboard.addWidgets(
      graph(
        'Oldest message (s)',
        workQueues.map((queue) => queueMetric(names.queue(queue), 'ApproximateAgeOfOldestMessage')),
      ),
      graph(
        'Dead letters',
        workQueues.map((queue) =>
          queueMetric(names.deadLetters(queue), 'ApproximateNumberOfMessagesVisible'),
        ),
      ),
    );
  }
}
