import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { projectPolicy } from '../testing/project-policy.ts';
import { parsePolicyDocument, type PolicyDocument } from './policy-document.ts';
import { isAllowed, type PolicyAction, type PolicySubject } from './policy-evaluator.ts';

const arn = (kind: string, name: string): string => `arn:aws:iot:eu-west-1:000000000000:${kind}/${name}`;
const project = [parsePolicyDocument(projectPolicy.name, projectPolicy.document)];
const attached = (thing: string): PolicySubject => ({ clientId: thing, thingName: thing });
const document = (...statements: object[]): PolicyDocument[] => [
  parsePolicyDocument('test', { Version: '2012-10-17', Statement: statements }),
];

const topicsOf = (thing: string) => ({
  usage: `$aws/rules/keystone_local_usage/keystone/${thing}/usage`,
  state: `$aws/rules/keystone_local_state/keystone/${thing}/state`,
  policy: `keystone/${thing}/policy`,
  ack: `keystone/${thing}/ack`,
});
const topicActions: readonly (readonly [PolicyAction, string])[] = [
  ['iot:Publish', 'topic'],
  ['iot:RetainPublish', 'topic'],
  ['iot:Subscribe', 'topicfilter'],
  ['iot:Receive', 'topic'],
];

describe("the project's policy", () => {
  it('allows an agent exactly what it does on its own topics', () => {
    const own = Object.entries(topicsOf('a')).flatMap(([name, topic]) =>
      topicActions.flatMap(([action, kind]) =>
        isAllowed(project, action, arn(kind, topic), attached('a')) ? [`${action} ${name}`] : [],
      ),
    );
    expect(own).toEqual([
      'iot:Publish usage',
      'iot:Publish state',
      'iot:Subscribe policy',
      'iot:Receive policy',
      'iot:Subscribe ack',
      'iot:Receive ack',
    ]);
  });

  it('allows an agent nothing on the topics of another', () => {
    const thing = fc.stringMatching(/^[a-zA-Z0-9:_-]{1,40}$/);
    const action = fc.constantFrom(...topicActions);
    const topic = fc.constantFrom('usage', 'state', 'policy', 'ack');
    fc.assert(
      fc.property(thing, thing, action, topic, (one, other, [name, kind], which) => {
        fc.pre(one !== other);
        const { [which]: theirs = '' } = topicsOf(other);
        expect(isAllowed(project, name, arn(kind, theirs), attached(one))).toBe(false);
      }),
    );
  });

  it.each(['#', '+/+/policy', 'keystone/+/policy', 'keystone/a/#', 'keystone/a/+', '$aws/rules/#'])(
    'allows no subscription to %s',
    (filter) => {
      expect(isAllowed(project, 'iot:Subscribe', arn('topicfilter', filter), attached('a'))).toBe(false);
    },
  );

  it('allows a connection as the attached thing only', () => {
    expect(isAllowed(project, 'iot:Connect', arn('client', 'a'), attached('a'))).toBe(true);
    expect(isAllowed(project, 'iot:Connect', arn('client', 'b'), attached('a'))).toBe(false);
    expect(
      isAllowed(project, 'iot:Connect', arn('client', 'a'), { clientId: 'a', thingName: undefined }),
    ).toBe(false);
  });
});

describe('isAllowed', () => {
  const allow = (resource: string) => ({ Effect: 'Allow', Action: 'iot:*', Resource: resource });
  const deny = (resource: string) => ({ Effect: 'Deny', Action: 'iot:*', Resource: resource });
  const detached: PolicySubject = { clientId: 'c', thingName: undefined };

  it('denies what no statement allows', () => {
    expect(isAllowed([], 'iot:Publish', arn('topic', 't'), detached)).toBe(false);
  });

  it('lets a Deny win over an Allow', () => {
    const documents = document(allow('*'), deny(arn('topic', 'secret*')));
    expect(isAllowed(documents, 'iot:Publish', arn('topic', 'open'), detached)).toBe(true);
    expect(isAllowed(documents, 'iot:Publish', arn('topic', 'secret/1'), detached)).toBe(false);
  });

  it('takes a variable without a value as a refusal, in Allow and in Deny', () => {
    const variable = arn('topic', '${iot:Connection.Thing.ThingName}');
    expect(isAllowed(document(allow(variable)), 'iot:Publish', arn('topic', ''), detached)).toBe(false);
    expect(isAllowed(document(allow('*'), deny(variable)), 'iot:Publish', arn('topic', 't'), detached)).toBe(
      false,
    );
  });

  it('takes wildcards of a variable as text', () => {
    const documents = document(allow(arn('topic', '${iot:ClientId}/x')));
    expect(
      isAllowed(documents, 'iot:Publish', arn('topic', 'other/x'), { clientId: '*', thingName: undefined }),
    ).toBe(false);
    expect(
      isAllowed(documents, 'iot:Publish', arn('topic', '*/x'), { clientId: '*', thingName: undefined }),
    ).toBe(true);
  });

  it('takes ? as one character and MQTT wildcards as text', () => {
    const documents = document(allow(arn('topicfilter', 'a/?')), allow(arn('topicfilter', 'b/+')));
    expect(isAllowed(documents, 'iot:Subscribe', arn('topicfilter', 'a/1'), detached)).toBe(true);
    expect(isAllowed(documents, 'iot:Subscribe', arn('topicfilter', 'a/12'), detached)).toBe(false);
    expect(isAllowed(documents, 'iot:Subscribe', arn('topicfilter', 'b/+'), detached)).toBe(true);
    expect(isAllowed(documents, 'iot:Subscribe', arn('topicfilter', 'b/1'), detached)).toBe(false);
  });
});
