import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { enrolDemoAgents, startDemoAgents } from '../demo/demo-agents.ts';
import { DEMO_PASSWORD, demoGuides, makeCentre } from '../demo/make-centre.ts';
import { TemplateError } from '../template/intrinsics.ts';
import { root } from './child-build.ts';
import { PortError } from './http/server.ts';
import { startStack, type Stack } from './stack.ts';
import { StateFolderError } from './state-folder.ts';

const usage = `npm start [-- OPTION …]: runs Keystone on this machine
  --empty       without the centre to look at
  --port N      listen on 127.0.0.1:N (default 8420)
  --reset       forget the state of earlier runs first
  --state DIR   keep the state there (default .keystone)
KEYSTONE_ADMIN_PASSWORD sets the password of the first staff account, admin (else one is made and printed once).`;

/** In the mark of a state folder that holds the demo's centre. */
const CENTRE = 'centre';

class UsageError extends Error {}

function readOptions() {
  try {
    const { values } = parseArgs({
      options: {
        empty: { type: 'boolean', default: false },
        port: { type: 'string', default: '8420' },
        reset: { type: 'boolean', default: false },
        state: { type: 'string', default: join(root, '.keystone') },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const port = Number(values.port);
    if (!/^\d+$/.test(values.port) || port > 65_535)
      throw new UsageError(`--port wants a number from 0 to 65535, not "${values.port}"`);
    return { ...values, port };
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

const say = (line: string) => console.log(line);

/** Makes the first staff account and, unless it should stay empty, the demo's centre; once for each state folder. */
async function furnish(stack: Stack, empty: boolean): Promise<string[]> {
  const mark = stack.state.in('furnished');
  if (existsSync(mark)) return signInAgain(readFileSync(mark, 'utf8').startsWith(CENTRE));
  const given = process.env['KEYSTONE_ADMIN_PASSWORD'];
  const password = given ?? randomBytes(12).toString('base64url');
  await stack.invoke('keystone-local-first-admin', { username: 'admin', password });
  const lines = [
    `sign in as admin (staff), password ${given === undefined ? `${password} (shown once)` : 'from KEYSTONE_ADMIN_PASSWORD'}`,
  ];
  if (!empty) {
    say('filling a centre: forty people, eight teams, two clusters …');
    const { clusters, staff } = await makeCentre(stack.url, password);
    for (const { username, is } of demoGuides)
      lines.push(`        or ${username} (${is}), password ${DEMO_PASSWORD}`);
    await enrolDemoAgents(staff, stack.url, stack.state.in('demo'), clusters);
  }
  writeFileSync(mark, `${empty ? 'empty' : CENTRE} ${new Date().toISOString()}\n`);
  return lines;
}

/** Whom an earlier start made; the admin's password was told then. */
function signInAgain(centre: boolean): string[] {
  const people = demoGuides.map(({ username }) => username).join(', ');
  const others = centre ? `, or ${people} (password ${DEMO_PASSWORD})` : '';
  return [`sign in as before: admin${others}; npm start -- --reset begins anew`];
}

async function main(): Promise<void> {
  const options = readOptions();
  if (options.help) return say(usage);
  // The state holds keys, sessions and people's data.
  process.umask(0o077);
  const stack = await startStack({
    state: resolve(options.state),
    port: options.port,
    reset: options.reset,
    buildCache: join(root, '.keystone'),
    say,
  });
  let stopAgents: () => Promise<void> = () => Promise.resolve();
  let closing: Promise<void> | undefined;
  const end = () => {
    if (closing) return;
    say('stopping …');
    closing = stopAgents().then(() => stack.close());
    closing.then(
      () => process.exit(0),
      (error: unknown) => {
        console.error(`keystone: ${String(error)}`);
        process.exit(1);
      },
    );
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, end);
  const lines = await furnish(stack, options.empty);
  if (!options.empty && !closing)
    stopAgents = startDemoAgents(stack.state.in('demo'), (name) => stack.state.in(`logs/agent-${name}.log`));
  say('');
  say(
    `Keystone is up: ${stack.url}/   (agents: mqtts://${stack.services.mqtt.host}:${stack.services.mqtt.port})`,
  );
  for (const line of lines) say(line);
  say(
    'next: open the address, sign in, and approve a request; a real Slurm to enforce it: npm run slurm -- up. Ctrl-C stops it all.',
  );
}

try {
  await main();
} catch (error) {
  const expected = [UsageError, StateFolderError, PortError, TemplateError].some(
    (type) => error instanceof type,
  );
  console.error(
    `keystone: ${error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error)}`,
  );
  process.exit(1);
}
