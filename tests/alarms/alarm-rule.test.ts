import { describe, expect, it } from '@jest/globals';
import { alarmRuleSchema, spanOf, stateOf, type Sample } from './alarm-rule.ts';

const NOW = 1_800_000_000;
const errors = (name: string, value: number, ago: number): Sample => ({
  ...{ namespace: 'AWS/Lambda', metric: 'Errors', dimensions: { FunctionName: name } },
  value,
  at: NOW - ago,
});
const part = (id: string, name: string) => ({
  Id: id,
  ReturnData: false,
  MetricStat: {
    Metric: {
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: name }],
    },
    Period: 300,
    Stat: 'Sum',
  },
});
const summed = (expression: string, periods = 1) =>
  alarmRuleSchema.parse({
    AlarmName: 'errors',
    ComparisonOperator: 'GreaterThanOrEqualToThreshold',
    Threshold: 1,
    EvaluationPeriods: periods,
    TreatMissingData: 'notBreaching',
    Metrics: [{ Id: 'all', Expression: expression }, part('m0', 'api'), part('m1', 'enrol')],
  });

describe('an alarm’s state', () => {
  it('is read from a sum, which has no figure where a part has none', () => {
    const samples = [errors('api', 1, 60)];
    expect(stateOf(summed('m0 + m1'), samples, NOW)).toBe('OK');
    expect(stateOf(summed('FILL(m0, 0) + FILL(m1, 0)'), samples, NOW)).toBe('ALARM');
  });

  it('wants all periods to breach', () => {
    const alarm = summed('FILL(m0, 0) + FILL(m1, 0)', 2);
    expect(spanOf(alarm)).toBe(600);
    expect(stateOf(alarm, [errors('api', 1, 60)], NOW)).toBe('OK');
    expect(stateOf(alarm, [errors('api', 1, 60), errors('enrol', 1, 360)], NOW)).toBe('ALARM');
  });

  it('does not hear of what lies before or belongs to another', () => {
    const alarm = summed('FILL(m0, 0) + FILL(m1, 0)');
    expect(stateOf(alarm, [errors('api', 1, 301), errors('sign-in', 1, 10)], NOW)).toBe('OK');
  });

  it('takes silence as the alarm says', () => {
    const missing = alarmRuleSchema.parse({
      AlarmName: 'missing',
      ComparisonOperator: 'LessThanThreshold',
      Threshold: 1,
      EvaluationPeriods: 1,
      TreatMissingData: 'breaching',
      Namespace: 'AWS/Lambda',
      MetricName: 'Errors',
      Dimensions: [{ Name: 'FunctionName', Value: 'api' }],
      Period: 300,
      Statistic: 'Sum',
    });
    expect(stateOf(missing, [], NOW)).toBe('ALARM');
    expect(stateOf(missing, [errors('api', 1, 10)], NOW)).toBe('OK');
  });
});
