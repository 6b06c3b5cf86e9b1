import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { listenOnLoopback } from '@keystone/local/services/loopback-server.ts';
import { FunctionPool } from '@keystone/local/stack/functions/function-pool.ts';
import { createApiFront } from '@keystone/local/stack/http/api-front.ts';

/** The stack's own front and worker threads before a function that does nothing: prints its address, ends on SIGTERM. */
const code = mkdtempSync(join(tmpdir(), 'keystone-bench-empty-'));
writeFileSync(
  join(code, 'index.mjs'),
  `export const handler = async () => ({ statusCode: 200, headers: { 'content-type': 'application/json' }, body: '{}' });\n`,
);
const arn = 'arn:aws:lambda:eu-west-1:000000000000:function:empty';
const spec = {
  name: 'empty',
  arn,
  role: '',
  code,
  handler: 'index.handler',
  timeoutSeconds: 20,
  memoryMb: 512,
  environment: {},
  accessKeyId: 'LOCALEMPTY',
};
/** As many environments as the stack gives the API. */
const pool = new FunctionPool({ spec, variables: {}, log: () => undefined }, 4);
const route = { key: 'ANY /api/{proxy+}', method: 'ANY', segments: ['api', '{proxy+}'], functionArn: arn };
const answer = createApiFront([route], () => pool);
const server = createServer((request, response) => void answer(request, response));
process.once('SIGTERM', () => {
  rmSync(code, { recursive: true, force: true });
  process.exit(0);
});
console.log(await listenOnLoopback(server));
