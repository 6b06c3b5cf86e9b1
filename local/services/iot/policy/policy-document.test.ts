import { describe, expect, it } from '@jest/globals';
import { projectPolicy } from '../testing/project-policy.ts';
import { parsePolicyDocument } from './policy-document.ts';

const statement = { Effect: 'Allow', Action: 'iot:Publish', Resource: '*' };
const documentOf = (changes: object) => ({
  Version: '2012-10-17',
  Statement: [{ ...statement, ...changes }],
});

describe('parsePolicyDocument', () => {
  it('reads JSON text and objects alike', () => {
    expect(parsePolicyDocument('p', JSON.stringify(projectPolicy.document))).toEqual(
      parsePolicyDocument('p', projectPolicy.document),
    );
  });

  it.each([
    ['an unknown action', { Action: 'iot:Fly' }],
    ['an element that it would not honour', { NotResource: '*' }],
    ['an unknown condition', { Condition: { Bool: { 'aws:SecureTransport': 'true' } } }],
    ['an unknown operator', { Condition: { StringEquals: { 'iot:ClientId': 'a' } } }],
    ['an unknown variable', { Resource: '${iot:Certificate.Subject.CommonName}' }],
  ])('refuses %s, naming the policy', (_, changes) => {
    expect(() => parsePolicyDocument('agents', documentOf(changes))).toThrow(/^IoT policy agents: /);
  });

  it('refuses more than 2,048 bytes, white space not counted', () => {
    const fitting = JSON.stringify(documentOf({ Resource: 'x'.repeat(1_900) }), null, 400);
    expect(() => parsePolicyDocument('agents', fitting)).not.toThrow();
    const long = documentOf({ Resource: 'x'.repeat(2_000) });
    expect(() => parsePolicyDocument('agents', long)).toThrow(/bytes without white space, the limit is 2048/);
  });
});
