import { environments, type FunctionName } from '@keystone/shared/contracts/environment.ts';

/** Values of a form that their variables ask for; all other variables take any text. */
const values: Readonly<Record<string, string>> = {
  KEYSTONE_STAGE: 'local',
  KEYSTONE_ZONE: 'Europe/London',
  CACHE_URL: 'redis://127.0.0.1:6379',
};

/** Variables that let a function's bundle be imported; nothing that they name is called. */
export function sampleEnvironment(name: FunctionName): Record<string, string> {
  const own = Object.keys(environments[name].shape).map((key) => [key, values[key] ?? 'unused']);
  return {
    ...Object.fromEntries(own),
    AWS_REGION: 'eu-west-1',
    AWS_ACCESS_KEY_ID: 'unused',
    AWS_SECRET_ACCESS_KEY: 'unused',
  };
}
