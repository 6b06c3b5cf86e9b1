import { Stack } from 'aws-cdk-lib';
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import { Construct } from 'constructs';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import { namesOf } from '../names.ts';
import { schedules } from '../schedules.ts';
import type { Stage } from '../stages.ts';

interface ScheduledTasksProps {
  stage: Stage;
  functionOf: (name: FunctionName) => IFunction;
}

/** EventBridge schedules, their one role, and a queue for what could not be delivered. */
export class ScheduledTasks extends Construct {
  constructor(scope: Construct, id: string, props: ScheduledTasksProps) {
    super(scope, id);
    const names = namesOf(props.stage.name);
    const stack = Stack.of(this);
    const failures = stack.formatArn({ service: 'sqs', resource: names.queue('task-failures') });
    const targets = schedules.map((schedule) => props.functionOf(schedule.function).functionArn);
    const role = new Role(this, 'role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
      description: 'Starts the scheduled tasks',
      inlinePolicies: {
        start: new PolicyDocument({
          statements: [
            new PolicyStatement({ actions: ['lambda:InvokeFunction'], resources: targets }),
            new PolicyStatement({ actions: ['sqs:SendMessage'], resources: [failures] }),
          ],
        }),
      },
    });
    for (const schedule of schedules) {
      new CfnSchedule(this, schedule.function, {
        name: names.function(schedule.function),
        description: schedule.description,
        scheduleExpression: schedule.expression,
        scheduleExpressionTimezone: props.stage.zone,
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: props.functionOf(schedule.function).functionArn,
          roleArn: role.roleArn,
          deadLetterConfig: { arn: failures },
          // A late start is better than none, but a sweep of an hour ago has long been done by the next.
          retryPolicy: { maximumRetryAttempts: 10, maximumEventAgeInSeconds: 3600 },
        },
      });
    }
  }
}
