import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import * as z from 'zod';
import { ApiSession } from '@keystone/local/demo/api-session.ts';
import { Child, root } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';

const balancesSchema = z.object({ results: z.array(z.object({ jobs: z.int(), used: z.int() })) });

const start = (...args: string[]) => new Child('local/stack/start.cli.ts', args, {});

/** What it said on its way out: one line, and no trace of where in the code. */
async function lastWord(child: Child): Promise<string> {
  expect(await child.ended()).toBe(1);
  const lines = child.said.trim().split('\n');
  expect(lines.filter((line) => /^\s+at /.test(line))).toEqual([]);
  return lines.find((line) => line.startsWith('keystone: ')) ?? child.said;
}

describe('npm start', () => {
  let folder = '';
  const children: Child[] = [];
  const run = (...args: string[]) => {
    const child = start(...args);
    children.push(child);
    return child;
  };

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'keystone-start-'));
  });
  afterEach(async () => {
    await Promise.all(children.splice(0).map((child) => child.signal('SIGINT')));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it('shows a centre whose clusters run, says who to sign in as, keeps it over a restart, and ends in order', async () => {
    const state = join(folder, 'centre');
    const first = run('--port', '0', '--state', state);
    const [, url = ''] = await first.says(/Keystone is up: (http:\/\/127\.0\.0\.1:\d+)\//, 300_000);
    await first.says(/Ctrl-C stops it all/);
    const people = [...first.said.matchAll(/ or (\w+) \([^)]+\), password (\S+)/g)];
    expect(people.map(([, name]) => name)).toEqual(['grace', 'ada', 'mary', 'charles']);
    for (const [, name = '', password = ''] of people) await ApiSession.signIn(url, name, password);
    const page = await fetch(`${url}/sign-in/`);
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    expect(await first.signal('SIGINT')).toBe(0);
    await expect(fetch(url)).rejects.toThrow();

    const again = run('--port', '0', '--state', state);
    const [, newUrl = ''] = await again.says(/Keystone is up: (http:\/\/127\.0\.0\.1:\d+)\//);
    await again.says(/sign in as before: admin, or grace, ada, mary, charles \(password \S+\)/);
    const ada = await ApiSession.signIn(newUrl, 'ada', people[1]?.[2] ?? '');
    // The agents bring in what ran before; nobody waits for all of it here.
    await eventually(
      async () => {
        const { results } = balancesSchema.parse(await ada.call('GET', '/usage/balances/'));
        return results.length === 2 && results.every(({ jobs, used }) => jobs > 0 && used > 0);
      },
      { what: 'charged jobs on both clusters', withinMs: 120_000 },
    );
  }, 400_000);

  it('is empty but for the admin with --empty', async () => {
    const child = run('--empty', '--port', '0', '--state', join(folder, 'empty'));
    const [, url = ''] = await child.says(/Keystone is up: (http:\/\/127\.0\.0\.1:\d+)\//);
    const [, password = ''] = await child.says(/sign in as admin \(staff\), password (\S+) \(shown once\)/);
    const admin = await ApiSession.signIn(url, 'admin', password);
    for (const path of ['/users/teams/', '/allocations/clusters/', '/allocations/requests/'])
      expect(await admin.call('GET', path)).toMatchObject({ count: 0 });
    expect(await admin.call('GET', '/users/users/')).toMatchObject({ count: 1 });
  }, 120_000);

  it('says in one line that the port is in use, and which one to try', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const line = await lastWord(run('--empty', '--port', String(port), '--state', join(folder, 'port')));
    expect(line).toBe(
      `keystone: port ${port} is in use; choose another one: npm start -- --port ${port + 1}`,
    );
    server.close();
  }, 120_000);

  it('says in one line that the state folder is somebody else’s, or of another version', async () => {
    const foreign = join(folder, 'foreign');
    mkdirSync(foreign);
    writeFileSync(join(foreign, 'thesis.tex'), '');
    expect(await lastWord(run('--state', foreign))).toContain('no state folder of the local stack');
    const old = join(folder, 'old');
    mkdirSync(old);
    writeFileSync(join(old, 'version'), '0');
    expect(await lastWord(run('--state', old))).toContain('npm start -- --reset');
  }, 60_000);

  it('refuses an option that it does not know, and a port that is none', async () => {
    expect(await lastWord(run('--prot', '1'))).toContain('--prot');
    expect(await lastWord(run('--port', 'http'))).toContain('--port wants a number');
  }, 60_000);

  it('says in one line that Node is too old', () => {
    const pretend = `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '18.20.0' } })`;
    const { status, stderr } = spawnSync(
      process.execPath,
      [
        '--import',
        `data:text/javascript,${encodeURIComponent(pretend)}`,
        join(root, 'local/bootstrap/run.mjs'),
        'local/stack/start.cli.ts',
      ],
      { encoding: 'utf8' },
    );
    expect(status).toBe(1);
    expect(stderr.trim()).toBe(
      'keystone: Node 18.20.0 is too old; install Node 20 or later and run the command again.',
    );
  });
});
