import { resolve } from 'node:path';
import { root } from '@keystone/local/stack/child-build.ts';
import { startStack } from '@keystone/local/stack/stack.ts';

/**
 * The local stack in a process of its own: `node bench-stack.process.ts STATE PASSWORD [site]`. Once it is up it prints one
 * line of JSON that says where; it ends on SIGTERM.
 */
const [state, password, site] = process.argv.slice(2);
if (!state || !password) throw new Error('which state folder, which password of the first admin?');
const stack = await startStack({
  state: resolve(state),
  port: 0,
  site: site === 'site',
  buildCache: resolve(root, '.keystone'),
});
process.once('SIGTERM', () => {
  void stack.close().then(() => process.exit(0));
});
await stack.invoke('keystone-local-first-admin', { username: 'admin', password });
console.log(JSON.stringify({ url: stack.url, endpoints: stack.services.endpoints }));
