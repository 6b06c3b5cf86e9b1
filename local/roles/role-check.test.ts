import { describe, expect, it } from '@jest/globals';
import { createRoleCheck } from './role-check.ts';
import type { Call, Role, Statement } from './role.ts';

const table = 'arn:aws:dynamodb:eu-west-1:000000000000:table/control';

const check = (...statements: Statement[]) =>
  createRoleCheck(new Map<string, Role>([['LOCALAPI', { name: 'api', statements }]]));
const allow = (actions: string[], resources: string[], conditions?: Statement['conditions']): Statement => ({
  effect: 'Allow',
  actions,
  resources,
  ...(conditions && { conditions }),
});
const call = (action: string, resources: string[], context?: Call['context']): Call => ({
  accessKeyId: 'LOCALAPI',
  service: action.split(':')[0] ?? '',
  action,
  resources,
  ...(context && { context }),
});

describe('what a role allows', () => {
  it('allows what a statement names and refuses the rest by name', () => {
    const { authorise } = check(allow(['dynamodb:GetItem'], [table]));
    expect(authorise(call('dynamodb:GetItem', [table]))).toEqual({ allowed: true });
    const refused = authorise(call('dynamodb:PutItem', [table]));
    expect(refused).toMatchObject({ allowed: false });
    expect(JSON.stringify(refused)).toContain('assumed-role/api/LOCALAPI');
    expect(JSON.stringify(refused)).toContain('dynamodb:PutItem');
  });

  it('needs every resource of a call to be allowed', () => {
    const { authorise } = check(allow(['dynamodb:BatchGetItem'], [table]));
    expect(authorise(call('dynamodb:BatchGetItem', [table, `${table}2`])).allowed).toBe(false);
  });

  it('reads * and ? in actions and resources, and dots as dots', () => {
    const { authorise } = check(
      allow(['dynamodb:Batch*', 's3:?etObject'], [`${table}/index/*`, 'arn:aws:s3:::a.b/*']),
    );
    expect(authorise(call('dynamodb:BatchGetItem', [`${table}/index/kind`])).allowed).toBe(true);
    expect(authorise(call('s3:GetObject', ['arn:aws:s3:::a.b/x/y'])).allowed).toBe(true);
    expect(authorise(call('s3:GetObject', ['arn:aws:s3:::a-b/x'])).allowed).toBe(false);
    expect(authorise(call('dynamodb:BatchGetItem', [table])).allowed).toBe(false);
  });

  it('compares actions without case and resources with it', () => {
    const { authorise } = check(allow(['DynamoDB:getitem'], [table]));
    expect(authorise(call('dynamodb:GetItem', [table])).allowed).toBe(true);
    expect(authorise(call('dynamodb:GetItem', [table.toUpperCase()])).allowed).toBe(false);
  });

  it('lets an explicit deny win over an allow', () => {
    const { authorise } = check(allow(['*'], ['*']), {
      effect: 'Deny',
      actions: ['sqs:PurgeQueue'],
      resources: ['*'],
    });
    expect(authorise(call('sqs:SendMessage', ['arn:aws:sqs:eu-west-1:000000000000:policy'])).allowed).toBe(
      true,
    );
    expect(authorise(call('sqs:PurgeQueue', ['arn:aws:sqs:eu-west-1:000000000000:policy'])).allowed).toBe(
      false,
    );
  });

  it('refuses a caller that has no role, and lets the stack itself do all', () => {
    const { authorise } = check();
    const put = call('dynamodb:PutItem', [table]);
    expect(authorise({ ...put, accessKeyId: 'SOMEBODY' }).allowed).toBe(false);
    expect(authorise({ ...put, accessKeyId: 'LOCALADMIN' }).allowed).toBe(true);
  });
});

describe('conditions', () => {
  it('holds a statement back until its condition is met', () => {
    const { authorise } = check(
      allow(['ses:SendRawEmail'], ['*'], {
        StringLike: { 'ses:FromAddress': ['*@keystone.test', 'root@localhost'] },
      }),
    );
    expect(authorise(call('ses:SendRawEmail', ['*'], { 'ses:FromAddress': 'a@keystone.test' })).allowed).toBe(
      true,
    );
    expect(authorise(call('ses:SendRawEmail', ['*'], { 'ses:FromAddress': 'a@other.test' })).allowed).toBe(
      false,
    );
    expect(authorise(call('ses:SendRawEmail', ['*'])).allowed).toBe(false);
  });

  it('counts loopback as secure transport, so that the usual deny does not strike', () => {
    const { authorise } = check(allow(['*'], ['*']), {
      effect: 'Deny',
      actions: ['*'],
      resources: ['*'],
      conditions: { Bool: { 'aws:SecureTransport': 'false' } },
    });
    expect(authorise(call('s3:GetObject', ['arn:aws:s3:::b/k'])).allowed).toBe(true);
  });

  it('stops at start on an operator it does not know, naming role and operator', () => {
    expect(() =>
      check(allow(['*'], ['*'], { 'ForAnyValue:StringEquals': { 'dynamodb:LeadingKeys': 'x' } })),
    ).toThrow(/Role api, statement 0.*ForAnyValue:StringEquals/);
  });
});

describe('what a role allows and nobody needed', () => {
  const queue = 'arn:aws:sqs:eu-west-1:000000000000:policy';

  it('is listed as an action on a resource', () => {
    const { authorise, unusedGrants } = check(
      allow(['dynamodb:GetItem', 'dynamodb:PutItem'], [table, `${table}/index/*`]),
      { effect: 'Deny', actions: ['sqs:*'], resources: ['*'] },
    );
    authorise(call('dynamodb:GetItem', [table]));
    authorise(call('dynamodb:PutItem', [`${table}/index/kind`]));
    authorise(call('dynamodb:PutItem', ['arn:aws:dynamodb:eu-west-1:000000000000:table/other']));
    expect(unusedGrants()).toEqual([
      { role: 'api', action: 'dynamodb:GetItem', resource: `${table}/index/*` },
      { role: 'api', action: 'dynamodb:PutItem', resource: table },
    ]);
  });

  it('is also what an earlier statement allows already', () => {
    const { authorise, unusedGrants } = check(
      allow(['sqs:SendMessage'], ['*']),
      allow(['sqs:SendMessage'], [queue]),
    );
    expect(authorise(call('sqs:SendMessage', [queue])).allowed).toBe(true);
    expect(unusedGrants()).toEqual([{ role: 'api', action: 'sqs:SendMessage', resource: queue }]);
  });
});

describe('refusals', () => {
  it('are kept, each once, from who has no role too', () => {
    const { authorise, refusals } = check(allow(['dynamodb:GetItem'], [table]));
    const put = call('dynamodb:PutItem', [table]);
    for (const one of [call('dynamodb:GetItem', [table]), put, put]) authorise(one);
    authorise({ ...put, accessKeyId: 'SOMEBODY' });
    expect(refusals()).toEqual([
      expect.stringContaining('is not authorized to perform: dynamodb:PutItem'),
      expect.stringContaining('SOMEBODY'),
    ]);
  });
});
