import { expect, it } from '@jest/globals';
import { functionNames } from '@keystone/cdk/functions.ts';
import { environments } from '@keystone/shared/contracts/environment.ts';
import { sampleEnvironment } from './sample-environment.ts';

it.each(functionNames)('lets %s be imported', (name) => {
  const parsed = environments[name].safeParse(sampleEnvironment(name));
  expect(parsed.error?.issues ?? []).toEqual([]);
});
