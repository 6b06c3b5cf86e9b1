import { describe, expect, it } from '@jest/globals';
import { functionNames } from './functions.ts';
import { stages } from './stages.ts';
import { grantsOf, whoMay } from './testing/role-statements.ts';
import { fullStage, synthesise } from './testing/synthesised.ts';

const app = synthesise(fullStage);
const workers = ['policy-builder', 'ledger', 'agent-state'] as const;

describe('roles', () => {
  it('give every function one of its own', () => {
    const roles = app
      .ofType('AWS::Lambda::Function')
      .map(({ Properties }) => JSON.stringify(Properties['Role']));
    expect(new Set(roles).size).toBe(functionNames.length);
  });

  it('hold every right in the role itself, where the table of permissions puts it', () => {
    expect(app.ofType('AWS::IAM::Policy')).toEqual([]);
    expect(app.ofType('AWS::IAM::ManagedPolicy')).toEqual([]);
  });

  it('allow no action by wildcard', () => {
    const wild = functionNames
      .flatMap((name) => grantsOf(app, name))
      .filter(({ action }) => action.includes('*'));
    expect(wild).toEqual([]);
  });

  it('hold a wildcard in a resource only for agents, which enrol while the stack runs', () => {
    const wild = functionNames
      .flatMap((name) => grantsOf(app, name).map((grant) => ({ name, ...grant })))
      .filter(({ resource }) => typeof resource === 'string' && resource.includes('*'))
      .filter(({ action }) => !action.startsWith('ec2:'))
      .map(({ name, action, resource }) => `${name} ${action} ${String(resource).split(':').at(-1)}`);
    expect(wild.sort()).toEqual([
      'agent-state iot:Publish topic/keystone/keystone-a-stage-of-16-ch-*/ack',
      'enrol iot:AttachPolicy cert/*',
      'enrol iot:AttachThingPrincipal cert/*',
      'enrol iot:AttachThingPrincipal thing/keystone-a-stage-of-16-ch-*',
      'enrol iot:CreateCertificateFromCsr *',
      'enrol iot:CreateThing thing/keystone-a-stage-of-16-ch-*',
      'enrol iot:DescribeEndpoint *',
      'enrol iot:DetachThingPrincipal cert/*',
      'enrol iot:DetachThingPrincipal thing/keystone-a-stage-of-16-ch-*',
      'enrol iot:UpdateCertificate cert/*',
      'ledger iot:Publish topic/keystone/keystone-a-stage-of-16-ch-*/ack',
      'policy-builder iot:Publish topic/keystone/keystone-a-stage-of-16-ch-*/policy',
    ]);
  });

  it('let only a function that sits in subnets have interfaces there', () => {
    for (const action of ['CreateNetworkInterface', 'DeleteNetworkInterface']) {
      expect(whoMay(app, `ec2:${action}`)).toEqual(['api']);
      expect(whoMay(synthesise(stages.dev), `ec2:${action}`)).toEqual([]);
    }
  });

  it('let the ledger worker alone write the ledger', () => {
    for (const action of ['PutItem', 'UpdateItem']) {
      expect(whoMay(app, `dynamodb:${action}`, '-ledger')).toEqual(['ledger']);
    }
    expect(whoMay(app, 'dynamodb:DeleteItem', '-ledger')).toEqual([]);
  });

  it('let nobody change a table, and the check of the ledger alone read a whole one', () => {
    for (const action of ['DeleteTable', 'UpdateTable', 'PartiQLSelect']) {
      expect(whoMay(app, `dynamodb:${action}`)).toEqual([]);
    }
    expect(whoMay(app, 'dynamodb:Scan')).toEqual(['verify-ledger']);
    expect(whoMay(app, 'dynamodb:Scan', '-control')).toEqual([]);
  });

  it('let only the functions that show lists, and the check of the ledger, query an index', () => {
    expect(whoMay(app, 'dynamodb:Query', '/index/kind')).toEqual(['api']);
    expect(whoMay(app, 'dynamodb:Query', '/index/account-day')).toEqual(['api', 'verify-ledger']);
  });

  it('keep the ledger and the queues from the function that checks passwords', () => {
    const touched = grantsOf(app, 'sign-in').filter(({ action }) => !action.startsWith('logs:'));
    expect(touched.map(({ resource }) => resource)).toEqual(
      touched.map(
        () => 'arn:aws:dynamodb:ap-southeast-2:123456789012:table/keystone-a-stage-of-16-ch-control',
      ),
    );
  });

  it('let each worker read its own queue and no function another', () => {
    const readers = workers.map((worker) => grantsOf(app, worker));
    const queues = readers.map((grants) =>
      grants
        .filter(({ action }) => action === 'sqs:ReceiveMessage')
        .map(({ resource }) => String(resource).split(':').at(-1)),
    );
    expect(queues).toEqual([
      ['keystone-a-stage-of-16-ch-policy'],
      ['keystone-a-stage-of-16-ch-usage'],
      ['keystone-a-stage-of-16-ch-agent-state'],
    ]);
    expect(whoMay(app, 'sqs:ReceiveMessage')).toEqual(workers);
  });

  it('let a function write its own log alone', () => {
    for (const name of functionNames) {
      const logs = grantsOf(app, name).filter(({ action }) => action.startsWith('logs:'));
      expect(logs.map(({ action }) => action)).toEqual(['logs:CreateLogStream', 'logs:PutLogEvents']);
      const [logGroup] = new Set(logs.map(({ resource }) => JSON.stringify(resource)));
      const owner = app
        .ofType('AWS::Logs::LogGroup')
        .find(({ logicalId }) => logGroup?.includes(`"${logicalId}"`));
      expect(owner?.Properties['LogGroupName']).toBe(`/aws/lambda/keystone-a-stage-of-16-ch-${name}`);
    }
  });
});

describe('what is stored or carried', () => {
  it('is encrypted in every queue and travels over TLS alone', () => {
    const queues = app.ofType('AWS::SQS::Queue');
    expect(queues.map(({ Properties }) => Properties['SqsManagedSseEnabled'])).toEqual(
      queues.map(() => true),
    );
    const guarded = app.ofType('AWS::SQS::QueuePolicy').map(({ Properties }) => JSON.stringify(Properties));
    for (const { logicalId } of queues) {
      const policy = guarded.find((text) => text.includes(`{"Ref":"${logicalId}"}`));
      expect(policy).toContain('"Effect":"Deny"');
      expect(policy).toContain('"aws:SecureTransport":"false"');
    }
  });

  it('is never public in a bucket, and is encrypted', () => {
    for (const { Properties } of app.ofType('AWS::S3::Bucket')) {
      expect(Properties['PublicAccessBlockConfiguration']).toEqual({
        BlockPublicAcls: true,
        BlockPublicPolicy: true,
        IgnorePublicAcls: true,
        RestrictPublicBuckets: true,
      });
      expect(JSON.stringify(Properties['BucketEncryption'])).toContain('AES256');
    }
    expect(app.ofType('AWS::S3::Bucket')).toHaveLength(1);
  });
});
