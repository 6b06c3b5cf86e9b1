import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import type { StackTemplate } from './assembly.ts';
import { deploy } from './deployment.ts';
import { TemplateError } from './intrinsics.ts';

type Resources = StackTemplate['template']['Resources'];
const stack = (
  Resources: Resources,
  rest: Partial<StackTemplate['template']> = {},
  name = 'one',
): StackTemplate => ({
  name,
  template: { Parameters: {}, Outputs: {}, ...rest, Resources },
  assets: new Map([['abc', '/assets/asset.abc']]),
});
const queue = (name: string) => ({ Type: 'AWS::SQS::Queue', Properties: { QueueName: name } });
const withEnvironment = (value: Resources[string]['Properties'][string]): Resources => ({
  q: queue('keystone-local-policy'),
  f: { Type: 'AWS::Lambda::Function', Properties: { FunctionName: 'f', Value: value } },
});
const valueSchema = z.object({ Value: z.unknown() });
const resolved = (value: Resources[string]['Properties'][string], parameters = {}) =>
  deploy(
    [stack(withEnvironment(value), { Parameters: { BrokerCa: { Type: 'String', Default: 'none' } } })],
    parameters,
  ).ofType('AWS::Lambda::Function', valueSchema)[0]?.parsed.Value;

describe('a deployment on this machine', () => {
  it('resolves references, attributes, joins, substitutions, selections and splits', () => {
    expect(resolved({ Ref: 'q' })).toBe(
      'https://sqs.eu-west-1.amazonaws.com/000000000000/keystone-local-policy',
    );
    expect(resolved({ 'Fn::GetAtt': ['q', 'Arn'] })).toBe(
      'arn:aws:sqs:eu-west-1:000000000000:keystone-local-policy',
    );
    expect(resolved({ 'Fn::Join': [':', ['arn', { Ref: 'AWS::Region' }]] })).toBe('arn:eu-west-1');
    expect(resolved({ 'Fn::Sub': '${AWS::AccountId}/${q.QueueName}/${!literal}' })).toBe(
      '000000000000/keystone-local-policy/${literal}',
    );
    expect(resolved({ 'Fn::Sub': ['${A}!', { A: { Ref: 'AWS::Region' } }] })).toBe('eu-west-1!');
    expect(resolved({ 'Fn::Select': [1, { 'Fn::Split': ['/', 'a/b/c'] }] })).toBe('b');
  });

  it('takes parameters from whoever deploys, else their defaults', () => {
    expect(resolved({ Ref: 'BrokerCa' })).toBe('none');
    expect(resolved({ Ref: 'BrokerCa' }, { BrokerCa: 'PEM' })).toBe('PEM');
  });

  it('leaves out what is AWS::NoValue', () => {
    expect(resolved({ a: { Ref: 'AWS::NoValue' }, b: 1 })).toEqual({ b: 1 });
    expect(resolved([1, { Ref: 'AWS::NoValue' }])).toEqual([1]);
  });

  it('hands exports on to later stacks', () => {
    const first = stack(
      { q: queue('a') },
      { Outputs: { O: { Value: { 'Fn::GetAtt': ['q', 'Arn'] }, Export: { Name: 'x' } } } },
    );
    const second = stack(
      {
        f: {
          Type: 'AWS::Lambda::Function',
          Properties: { FunctionName: 'f', Value: { 'Fn::ImportValue': 'x' } },
        },
      },
      {},
      'two',
    );
    const [found] = deploy([first, second], {}).ofType('AWS::Lambda::Function', valueSchema);
    expect(found?.parsed.Value).toBe('arn:aws:sqs:eu-west-1:000000000000:a');
  });

  it('refuses by name a resource, a function, an attribute and a reference that it does not know', () => {
    const unknown = stack({ Bus: { Type: 'AWS::Events::EventBus', Properties: {} } });
    expect(() => deploy([unknown], {})).toThrow(/one: .*Bus of type AWS::Events::EventBus/);
    expect(() => deploy([unknown], {})).toThrow(TemplateError);
    expect(() => resolved({ 'Fn::Cidr': [] })).toThrow('Fn::Cidr');
    expect(() => resolved({ 'Fn::GetAtt': ['q', 'Colour'] })).toThrow('Colour of q');
    expect(() => resolved({ Ref: 'nothing' })).toThrow('Ref nothing');
  });

  it('names the resource whose properties it can not read', () => {
    expect(() =>
      deploy([stack({ q: queue('a') })], {}).ofType('AWS::SQS::Queue', z.object({ Missing: z.string() })),
    ).toThrow(/q \(AWS::SQS::Queue\)/);
  });

  it('finds an asset by its hash', () => {
    expect(deploy([stack({})], {}).asset('abc.zip')).toBe('/assets/asset.abc');
    expect(() => deploy([stack({})], {}).asset('def')).toThrow('no asset def');
  });
});
