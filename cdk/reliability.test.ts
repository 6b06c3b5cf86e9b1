import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { alarmGroups } from './alarms.ts';
import { functions, functionNames } from './functions.ts';
import { schedules } from './schedules.ts';
import { stages } from './stages.ts';
import { synthesise, type Resource } from './testing/synthesised.ts';

const app = synthesise(stages.local);
const nameOf = ({ Properties }: Resource, key: string) => z.string().parse(Properties[key]);
const functionNamed = (name: string) =>
  app
    .ofType('AWS::Lambda::Function')
    .find(({ Properties }) => Properties['FunctionName'] === `keystone-local-${name}`);

describe('tables', () => {
  const tables = app.ofType('AWS::DynamoDB::Table');

  it('are the control table and the ledger, each with its index', () => {
    const indexSchema = z.array(
      z.object({ IndexName: z.string(), Projection: z.object({ ProjectionType: z.literal('ALL') }) }),
    );
    expect(
      tables.map((table) => [
        nameOf(table, 'TableName'),
        indexSchema.parse(table.Properties['GlobalSecondaryIndexes']).map((index) => index.IndexName),
      ]),
    ).toEqual([
      ['keystone-local-control', ['kind']],
      ['keystone-local-ledger', ['account-day']],
    ]);
  });

  it('can be restored to any second of 35 days', () => {
    for (const { Properties } of tables) {
      expect(Properties['PointInTimeRecoverySpecification']).toEqual({
        PointInTimeRecoveryEnabled: true,
        RecoveryPeriodInDays: 35,
      });
    }
  });

  it('outlive their stack and a careless delete', () => {
    for (const table of tables) {
      expect(table.Properties['DeletionProtectionEnabled']).toBe(true);
      expect([table.DeletionPolicy, table.UpdateReplacePolicy]).toEqual(['Retain', 'Retain']);
    }
  });

  it('are paid by request and forget by the attribute ttl', () => {
    for (const { Properties } of tables) {
      expect(Properties['BillingMode']).toBe('PAY_PER_REQUEST');
      expect(Properties['TimeToLiveSpecification']).toEqual({ AttributeName: 'ttl', Enabled: true });
    }
  });
});

describe('queues', () => {
  const redrive = z.object({
    deadLetterTargetArn: z.object({ 'Fn::GetAtt': z.tuple([z.string(), z.literal('Arn')]) }),
    maxReceiveCount: z.literal(5),
  });
  const sources = app.ofType('AWS::Lambda::EventSourceMapping').map(({ Properties }) =>
    z
      .object({
        BatchSize: z.int().min(1).max(10),
        EventSourceArn: z.string(),
        FunctionName: z.object({ Ref: z.string() }),
        FunctionResponseTypes: z.tuple([z.literal('ReportBatchItemFailures')]),
        MaximumBatchingWindowInSeconds: z.undefined().optional(),
        ScalingConfig: z.undefined().optional(),
      })
      .parse(Properties),
  );
  const queueOf = (arn: string) =>
    app.ofType('AWS::SQS::Queue').find((queue) => arn.endsWith(`:${nameOf(queue, 'QueueName')}`));

  it('are read by one function each, which answers for every message by itself', () => {
    expect(sources.map(({ EventSourceArn }) => EventSourceArn.split(':').at(-1))).toEqual([
      'keystone-local-policy',
      'keystone-local-usage',
      'keystone-local-agent-state',
    ]);
  });

  it('hand a message out again only after six times the time that its reader may take', () => {
    for (const source of sources) {
      const reader = app.resources.find(({ logicalId }) => logicalId === source.FunctionName.Ref);
      const visible = z.int().parse(queueOf(source.EventSourceArn)?.Properties['VisibilityTimeout']);
      expect(visible).toBeGreaterThanOrEqual(6 * z.int().parse(reader?.Properties['Timeout']));
    }
  });

  it('put a message that failed five times into a dead-letter queue, kept for 14 days', () => {
    for (const source of sources) {
      const { deadLetterTargetArn } = redrive.parse(
        queueOf(source.EventSourceArn)?.Properties['RedrivePolicy'],
      );
      const [dead] = deadLetterTargetArn['Fn::GetAtt'];
      const queue = app.resources.find(({ logicalId }) => logicalId === dead);
      expect(queue?.Properties['MessageRetentionPeriod']).toBe(14 * 24 * 3600);
    }
  });
});

describe('functions', () => {
  it('are the ones that the environment contract knows', () => {
    const made = app.ofType('AWS::Lambda::Function').map((each) => nameOf(each, 'FunctionName'));
    expect(made).toEqual(functionNames.map((name) => `keystone-local-${name}`));
    expect([...functionNames].sort()).toEqual(Object.keys(functions).sort());
  });

  it('are each watched by one alarm on their errors', () => {
    expect(Object.values(alarmGroups).flat().sort()).toEqual([...functionNames].sort());
  });

  it('run on arm64 and Node 24, with a log that does not grow for ever', () => {
    for (const { Properties } of app.ofType('AWS::Lambda::Function')) {
      expect([Properties['Architectures'], Properties['Runtime']]).toEqual([['arm64'], 'nodejs24.x']);
    }
    for (const { Properties } of app.ofType('AWS::Logs::LogGroup')) {
      expect(z.int().parse(Properties['RetentionInDays'])).toBeGreaterThan(0);
    }
  });

  it('answer before the HTTP API gives up', () => {
    for (const name of ['api', 'sign-in', 'enrol'] as const) {
      expect(functions[name].timeoutSeconds).toBeLessThan(29);
    }
  });

  it('keep what a scheduled task failed to do', () => {
    for (const { function: name } of schedules) {
      expect(JSON.stringify(functionNamed(name)?.Properties['DeadLetterConfig'])).toContain(
        'keystone-local-task-failures',
      );
    }
  });
});

describe('schedules', () => {
  it('run in the deployment’s zone and keep what could not be started', () => {
    const made = app.ofType('AWS::Scheduler::Schedule').map(({ Properties }) => Properties);
    expect(made.map((each) => [each['ScheduleExpression'], each['ScheduleExpressionTimezone']])).toEqual([
      ['rate(1 minute)', 'Europe/London'],
      ['cron(2 0,1 * * ? *)', 'Europe/London'],
      ['cron(30 3 * * ? *)', 'Europe/London'],
      ['rate(5 minutes)', 'Europe/London'],
    ]);
    for (const { Target } of made) {
      expect(JSON.stringify(Target)).toContain(':keystone-local-task-failures');
    }
  });
});
