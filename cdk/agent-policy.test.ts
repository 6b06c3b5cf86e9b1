import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { thingOf, topicsOf } from '@keystone/shared/contracts/agent.ts';
import { MAX_IOT_POLICY_BYTES } from './agent-policy.ts';
import { fullStage, synthesise } from './testing/synthesised.ts';

const oneOrMore = z.union([z.string().transform((one) => [one]), z.array(z.string())]);
const documentSchema = z.object({
  Version: z.literal('2012-10-17'),
  Statement: z.array(
    z.object({
      Effect: z.literal('Allow'),
      Action: z.string(),
      Resource: oneOrMore,
      Condition: z.unknown().optional(),
    }),
  ),
});

const app = synthesise(fullStage);
const [made] = app.ofType('AWS::IoT::Policy');
const document = documentSchema.parse(made?.Properties['PolicyDocument']);
const thing = thingOf(fullStage.name, 7);
const topics = topicsOf(fullStage.name, thing);
/** Resources of an action as the broker resolves them for that thing's connection. */
const resolved = (action: string) =>
  document.Statement.filter((statement) => statement.Action === action)
    .flatMap(({ Resource }) => Resource)
    .map((arn) => arn.split(':').slice(5).join(':').replaceAll('${iot:Connection.Thing.ThingName}', thing));

describe('the agent’s policy at the broker', () => {
  it('fits AWS IoT’s limit under the longest name a stage may have', () => {
    expect(fullStage.name).toHaveLength(16);
    const bytes = Buffer.byteLength(JSON.stringify(made?.Properties['PolicyDocument']));
    expect(bytes).toBeLessThan(MAX_IOT_POLICY_BYTES);
  });

  it('lets an agent connect as its own thing and only with its own certificate', () => {
    const [connect] = document.Statement.filter(({ Action }) => Action === 'iot:Connect');
    expect(resolved('iot:Connect')).toEqual([`client/${thing}`]);
    expect(connect?.Condition).toEqual({ Bool: { 'iot:Connection.Thing.IsAttached': 'true' } });
  });

  it('lets it speak and listen on its own topics alone', () => {
    expect(resolved('iot:Publish')).toEqual([`topic/${topics.usage}`, `topic/${topics.state}`]);
    expect(resolved('iot:Subscribe')).toEqual([`topicfilter/${topics.policy}`, `topicfilter/${topics.ack}`]);
    expect(resolved('iot:Receive')).toEqual([`topic/${topics.policy}`, `topic/${topics.ack}`]);
  });

  it('holds no wildcard', () => {
    expect(
      document.Statement.flatMap(({ Resource }) => Resource).filter((arn) => /[*?+#]/.test(arn)),
    ).toEqual([]);
  });
});

describe('the broker’s rules', () => {
  const rules = app.ofType('AWS::IoT::TopicRule').map(({ Properties }) => Properties);

  it('are the ones that agents send to', () => {
    const names = rules.map((rule) => `$aws/rules/${String(rule['RuleName'])}/`);
    expect(
      names.map((prefix, position) => [topics.usage, topics.state][position]?.startsWith(prefix)),
    ).toEqual([true, true]);
  });

  it('take who sent a message from the broker, and keep a message that they could not hand on', () => {
    for (const rule of rules) {
      const text = JSON.stringify(rule['TopicRulePayload']);
      expect(text).toContain(
        "encode(*, 'base64') AS data, topic(2) AS thing, clientid() AS client, principal() AS principal",
      );
      expect(text).toMatch(/"ErrorAction":\{"Sqs":\{"QueueUrl":\{"Ref":"iotfailures/);
    }
  });
});
