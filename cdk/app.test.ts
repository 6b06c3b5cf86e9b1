import { describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { environments } from '@keystone/shared/contracts/environment.ts';
import { functionNames } from './functions.ts';
import { namesOf } from './names.ts';
import { stageNamed, stages, type Stage } from './stages.ts';
import { fullStage, synthesise, type Synthesised } from './testing/synthesised.ts';

const local = synthesise(stages.local);

/** Physical names of tables, queues, functions and policies, as the account will know them. */
const madeNames = (app: Synthesised) => {
  const keys = { Queue: 'QueueName', Table: 'TableName', Function: 'FunctionName', Policy: 'PolicyName' };
  return app.resources.flatMap(({ Type, Properties }) =>
    Object.entries(keys)
      .filter(([type]) => Type.endsWith(`::${type}`))
      .map(([, key]) => Properties[key])
      .filter((name) => typeof name === 'string'),
  );
};

const platform = [
  'NODE_OPTIONS',
  'POWERTOOLS_SERVICE_NAME',
  'POWERTOOLS_METRICS_NAMESPACE',
  'POWERTOOLS_LOG_LEVEL',
  'AWS_USE_DUALSTACK_ENDPOINT',
];
const environmentSchema = z.object({ Variables: z.record(z.string(), z.unknown()) });
const variablesOf = (app: Synthesised, functionName: string) => {
  const made = app
    .ofType('AWS::Lambda::Function')
    .find(({ Properties }) => Properties['FunctionName'] === functionName);
  return environmentSchema.parse(made?.Properties['Environment']).Variables;
};

describe('the app', () => {
  it.each(['local', 'dev', 'prod', fullStage.name])('synthesises the stage %s', (name) => {
    const stage = [...Object.values(stages), fullStage].find((each) => each.name === name);
    const app = synthesise(stage ?? stages.local);
    expect(app.ofType('AWS::Lambda::Function')).toHaveLength(functionNames.length);
  });

  it('makes every table and queue that something refers to by name', () => {
    const text = JSON.stringify(local.resources.filter(({ stack }) => !stack.endsWith('observability')));
    const used = new Set(
      [...text.matchAll(/:(?:table\/)?(keystone-local-[a-z-]+)(?=["/])/g)].map(([, name]) => name),
    );
    expect(used).toContain('keystone-local-control');
    expect(used).toContain('keystone-local-agent-state');
    const made = madeNames(local);
    expect([...used].filter((name) => name !== undefined && !made.includes(name))).toEqual([]);
  });

  it.each([stages.local, fullStage])(
    'tells each function what its environment contract reads, on $name',
    (stage) => {
      const app = synthesise(stage);
      for (const name of functionNames) {
        const told = variablesOf(app, namesOf(stage.name).function(name));
        expect(
          Object.keys(told)
            .filter((key) => !platform.includes(key))
            .sort(),
        ).toEqual(
          Object.keys(environments[name].shape)
            .filter((key) => key !== 'CACHE_URL' || stage.cache)
            .sort(),
        );
      }
    },
  );

  it('tells the API its cache, and puts it where the cache can be reached, on a stage that has one', () => {
    const full = synthesise(fullStage);
    const inSubnets = full
      .ofType('AWS::Lambda::Function')
      .filter(({ Properties }) => Properties['VpcConfig']);
    expect(inSubnets.map(({ Properties }) => Properties['FunctionName'])).toEqual([
      namesOf(fullStage.name).function('api'),
    ]);
    expect(inSubnets[0]?.Properties['VpcConfig']).toMatchObject({ Ipv6AllowedForDualStack: true });
    expect(full.ofType('AWS::EC2::NatGateway')).toEqual([]);
    expect(
      full.ofType('AWS::EC2::VPCEndpoint').map(({ Properties }) => Properties['VpcEndpointType']),
    ).toEqual(['Gateway']);
    expect(full.ofType('AWS::ElastiCache::ServerlessCache')).toHaveLength(1);
    expect(local.resources.filter(({ Type }) => /::(EC2|ElastiCache)::/.test(Type))).toEqual([]);
  });

  it('sends mail only from a domain of its own', () => {
    expect(local.ofType('AWS::SES::EmailIdentity')).toEqual([]);
    expect(synthesise(fullStage).ofType('AWS::SES::EmailIdentity')).toHaveLength(1);
  });

  it('tells the API the site’s origin, by domain, by CloudFront’s name, or not at all', () => {
    const originOf = (app: Synthesised, stage: Stage) =>
      JSON.stringify(variablesOf(app, namesOf(stage.name).function('api'))['KEYSTONE_ORIGIN']);
    expect(originOf(synthesise(fullStage), fullStage)).toBe('"https://keystone.example.org"');
    expect(originOf(synthesise(stages.dev), stages.dev)).toContain('Fn::ImportValue');
    expect(originOf(local, stages.local)).toBe('""');
  });

  it('names the stages that there are when asked for another', () => {
    expect(() => stageNamed('produktion')).toThrow('choose one of: local, dev, prod');
  });
});

describe('routes', () => {
  const keys = local
    .ofType('AWS::ApiGatewayV2::Route')
    .map(({ Properties }) => String(Properties['RouteKey']));

  it('answer sign-in and enrolment with and without the trailing slash', () => {
    expect(keys.sort()).toEqual([
      'ANY /api/{proxy+}',
      'POST /api/agents/enrol',
      'POST /api/agents/enrol/{proxy+}',
      'POST /api/authentication/login',
      'POST /api/authentication/login/{proxy+}',
    ]);
  });

  it('never end in a slash, which API Gateway refuses', () => {
    expect(keys.filter((key) => key.endsWith('/'))).toEqual([]);
  });

  it('hand requests on as payload 2.0', () => {
    const formats = local
      .ofType('AWS::ApiGatewayV2::Integration')
      .map(({ Properties }) => Properties['PayloadFormatVersion']);
    expect(formats).toEqual(['2.0', '2.0', '2.0']);
  });
});
