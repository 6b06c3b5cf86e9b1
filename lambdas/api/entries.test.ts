import { beforeAll, describe, expect, it } from '@jest/globals';
import { httpEvent, testContext } from './testing/http-event.ts';

const environment = {
  KEYSTONE_STAGE: 'test',
  KEYSTONE_ZONE: 'Europe/London',
  KEYSTONE_ORIGIN: '',
  EDGE_KEY: '',
  CONTROL_TABLE: 'control',
  LEDGER_TABLE: 'ledger',
  POLICY_QUEUE_URL: 'https://sqs.test/policy',
  IOT_POLICY_NAME: 'agents',
  IOT_CA: '',
  AWS_REGION: 'eu-west-1',
  POWERTOOLS_DEV: 'false',
  POWERTOOLS_LOG_LEVEL: 'SILENT',
};

beforeAll(() => {
  Object.assign(process.env, environment);
});

describe('the functions behind the API', () => {
  it.each([
    ['api', () => import('./api.lambda.ts')],
    ['sign-in', () => import('./authentication/sign-in.lambda.ts')],
    ['enrol', () => import('./agents/enrol.lambda.ts')],
  ])('%s starts from its environment and answers', async (_name, load) => {
    const { handler } = await load();
    const answer = await handler(httpEvent({ method: 'POST', path: '/authentication/login/' }), testContext);
    expect([404, 415]).toContain(answer.statusCode);
    expect(answer.headers).toMatchObject({ 'content-type': 'application/problem+json' });
  });

  it('name what is missing from the environment', async () => {
    const { readEnvironment } = await import('../runtime/environment.ts');
    const { environments } = await import('@keystone/shared/contracts/environment.ts');
    expect(() => readEnvironment(environments.api, { ...environment, LEDGER_TABLE: undefined })).toThrow(
      'LEDGER_TABLE',
    );
  });
});
