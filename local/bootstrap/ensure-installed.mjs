// Runs on whatever Node the machine has (20 or later), before anything is installed: plain JavaScript, no packages.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('../..', import.meta.url));
const OLDEST_NODE = 20;
const stamp = join(root, 'node_modules', '.keystone-installed');

/** The Node 24 that everything runs on; `npm ci` brings it. */
export const node24 = join(
  root,
  'node_modules',
  'node',
  'bin',
  process.platform === 'win32' ? 'node.exe' : 'node',
);

export function fail(line) {
  console.error(`keystone: ${line}`);
  process.exit(1);
}

/** Installs the packages that the lock file names, where they are missing or of another lock file. */
export function ensureInstalled() {
  const [major] = process.versions.node.split('.');
  if (Number(major) < OLDEST_NODE)
    fail(
      `Node ${process.versions.node} is too old; install Node ${OLDEST_NODE} or later and run the command again.`,
    );
  const wanted = createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted && existsSync(node24)) return;
  console.error('keystone: installing packages (npm ci), about a minute the first time …');
  const npm = process.env.npm_execpath;
  const args = ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  const options = { cwd: root, stdio: ['ignore', 2, 2] };
  const { status } = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' });
  if (status !== 0) fail('npm ci failed (see above); mend that and run the command again.');
  if (!existsSync(node24))
    fail(
      `npm ci brought no Node 24 to ${node24}; this platform has no such package, so install Node 24 and link it there.`,
    );
  writeFileSync(stamp, wanted);
}
