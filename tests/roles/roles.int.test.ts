import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ApiSession } from '@keystone/local/demo/api-session.ts';
import type { UnusedGrant } from '@keystone/local/roles/role-check.ts';
import { synthesise } from '@keystone/local/stack/builds.ts';
import { startStack, type Stack } from '@keystone/local/stack/stack.ts';
import { root, type Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { copyWithoutRights } from './app-without-rights.ts';
import { admin, useEveryFunction } from './every-function.ts';
import { usedByLambda } from './used-by-lambda.ts';

let folder: string;
let app: string;
let stack: Stack | undefined;
let agent: Child | undefined;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'keystone-roles-'));
  app = await synthesise({ cache: join(root, '.keystone'), log: () => undefined });
}, 120_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const start = async (assembly: string) => {
  stack = await startStack({ state: join(folder, 'state'), reset: true, port: 0, site: false, assembly });
  return stack;
};
const stop = async () => {
  await agent?.signal('SIGTERM');
  await stack?.close();
  stack = undefined;
};

describe('the roles of the template', () => {
  let refusals: string[];
  let unused: UnusedGrant[];

  beforeAll(async () => {
    const whole = await start(app);
    await useEveryFunction(whole, join(folder, 'agent'), (started) => (agent = started));
    refusals = whole.roleCheck.refusals();
    unused = whole.roleCheck.unusedGrants();
  }, 120_000);
  afterAll(stop, 60_000);

  it('suffice for all that the functions do', () => {
    expect(refusals).toEqual([]);
  });

  it('allow nothing else, save what Lambda itself does by them', () => {
    expect(linesOf(unused)).toEqual(linesOf(usedByLambda));
  });
});

const linesOf = (grants: readonly UnusedGrant[]) =>
  grants.map(({ role, action, resource }) => `${role}: ${action} on ${resource}`).sort();

describe('a right that is taken out of the template', () => {
  let short: Stack;
  let staff: ApiSession;

  beforeAll(async () => {
    const copy = join(folder, 'app-without-rights');
    copyWithoutRights(app, copy, [
      { of: 'api', action: 'sqs:SendMessage' },
      { of: 'grant-turn', action: 'dynamodb:BatchGetItem' },
    ]);
    short = await start(copy);
    await short.invoke('keystone-local-first-admin', admin);
    staff = await ApiSession.signIn(short.url, admin.username, admin.password);
  }, 120_000);
  afterAll(stop, 60_000);

  it('is missed by the function that needs it', async () => {
    await staff.create('/allocations/clusters/', { name: 'aurora' });
    await expect(short.invoke('keystone-local-grant-turn', {})).rejects.toThrow(
      /keystone-local-grant-turn\/.* is not authorized to perform: dynamodb:BatchGetItem/,
    );
  });

  it('is told of also where the function goes on without it', async () => {
    const cluster = await staff.create('/allocations/clusters/', { name: 'nova' });
    const told = /keystone-local-api\/.* is not authorized to perform: sqs:SendMessage/;
    await eventually(
      async () => {
        await staff.call('PATCH', `/allocations/clusters/${cluster}/`, { description: 'GPU nodes' });
        return short.roleCheck.refusals().some((refusal) => told.test(refusal));
      },
      { what: 'the refusal of what the answer does not wait for' },
    );
  });
});
