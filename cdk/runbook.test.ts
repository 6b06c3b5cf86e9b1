import { describe, expect, it } from '@jest/globals';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { stages } from './stages.ts';
import { fullStage, synthesise } from './testing/synthesised.ts';

const runbook = readFileSync(join(import.meta.dirname, '../docs/runbook.md'), 'utf8');
const sections = [...runbook.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
const alarms = synthesise(stages.local)
  .ofType('AWS::CloudWatch::Alarm')
  .map(({ Properties }) => Properties);

describe('the runbook', () => {
  it('has one section for each alarm and none besides', () => {
    const names = alarms.map((alarm) => String(alarm['AlarmName']).replace('keystone-local-', ''));
    expect([...sections].sort()).toEqual([...names].sort());
  });

  it('is where each alarm sends its reader', () => {
    for (const alarm of alarms) {
      const name = String(alarm['AlarmName']).replace('keystone-local-', '');
      expect(alarm['AlarmDescription']).toContain(`docs/runbook.md, section ${name}.`);
    }
  });
});

describe('alarms', () => {
  it('reach the stage’s address, when they ring and when they end', () => {
    const app = synthesise(fullStage);
    expect(app.ofType('AWS::SNS::Subscription').map(({ Properties }) => Properties['Endpoint'])).toEqual([
      'operators@example.org',
    ]);
    for (const { Properties } of app.ofType('AWS::CloudWatch::Alarm')) {
      expect([Properties['AlarmActions'], Properties['OKActions']]).toEqual([
        [expect.objectContaining({ Ref: expect.any(String) })],
        [expect.objectContaining({ Ref: expect.any(String) })],
      ]);
    }
  });

  it('ring for every dead-letter queue', () => {
    const watched = JSON.stringify(alarms);
    const dead = synthesise(stages.local)
      .ofType('AWS::SQS::Queue')
      .filter(({ Properties }) => Properties['RedrivePolicy'] === undefined)
      .map(({ Properties }) => String(Properties['QueueName']));
    expect(dead).toHaveLength(5);
    expect(dead.filter((name) => !watched.includes(`"${name}"`))).toEqual([]);
  });
});
