import { Stack, type StackProps } from 'aws-cdk-lib';
import type { HttpApi } from 'aws-cdk-lib/aws-apigatewayv2';
import { Alarm, ComparisonOperator, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import type { Construct } from 'constructs';
import { alarmsOf, type AlarmSpec } from '../alarms.ts';
import { OperationsDashboard } from '../constructs/operations-dashboard.ts';
import { namesOf } from '../names.ts';
import type { Stage } from '../stages.ts';

interface ObservabilityStackProps extends StackProps {
  stage: Stage;
  api: HttpApi;
}

/** What an operator looks at, and what wakes one. Each alarm has a section of its name in docs/runbook.md. */
export class ObservabilityStack extends Stack {
  constructor(scope: Construct, id: string, props: ObservabilityStackProps) {
    super(scope, id, props);
    const { stage, api } = props;
    const alarms = alarmsOf(stage.name, api).map((spec) => this.addAlarm(stage, spec));
    if (stage.alarmMail !== undefined) this.sendTo(stage.alarmMail, alarms);
    new OperationsDashboard(this, 'dashboard', { stage: stage.name, api, alarms });
  }

  private addAlarm(stage: Stage, spec: AlarmSpec): Alarm {
    const atLeast = spec.rings === 'at-least';
    return new Alarm(this, spec.name, {
      alarmName: namesOf(stage.name).alarm(spec.name),
      alarmDescription: `${spec.description}. What to do: docs/runbook.md, section ${spec.name}.`,
      metric: spec.metric,
      threshold: spec.threshold,
      evaluationPeriods: spec.periods,
      comparisonOperator: atLeast
        ? ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD
        : ComparisonOperator.LESS_THAN_THRESHOLD,
      treatMissingData: atLeast ? TreatMissingData.NOT_BREACHING : TreatMissingData.BREACHING,
    });
  }

  private sendTo(address: string, alarms: readonly Alarm[]): void {
    const topic = new Topic(this, 'alarms', { enforceSSL: true });
    topic.addSubscription(new EmailSubscription(address));
    const action = new SnsAction(topic);
    for (const alarm of alarms) {
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}
