import { afterEach, expect, it } from '@jest/globals';
import { defaultProvider } from './environment-credentials.ts';

const names = ['AWS_ACCESS_KEY_ID', 'AWS_SECRET_ACCESS_KEY', 'AWS_SESSION_TOKEN'];
const before = new Map(names.map((name) => [name, process.env[name]]));
const set = (values: Record<string, string | undefined>) => {
  for (const name of names) {
    const value = values[name];
    if (value === undefined) Reflect.deleteProperty(process.env, name);
    else process.env[name] = value;
  }
};
afterEach(() => set(Object.fromEntries(before)));

it('takes what Lambda put into the environment, as it is at that moment', async () => {
  const provide = defaultProvider();
  set({ AWS_ACCESS_KEY_ID: 'key', AWS_SECRET_ACCESS_KEY: 'secret', AWS_SESSION_TOKEN: 'token' });
  await expect(provide()).resolves.toEqual({
    accessKeyId: 'key',
    secretAccessKey: 'secret',
    sessionToken: 'token',
  });
  set({ AWS_ACCESS_KEY_ID: 'other', AWS_SECRET_ACCESS_KEY: 'secret' });
  await expect(provide()).resolves.toEqual({ accessKeyId: 'other', secretAccessKey: 'secret' });
});

it('says where credentials belong if there are none', async () => {
  set({ AWS_ACCESS_KEY_ID: 'key' });
  await expect(defaultProvider()()).rejects.toThrow('AWS_SECRET_ACCESS_KEY');
});
