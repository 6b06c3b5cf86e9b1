import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The real parts that tests and the local Slurm run on, by group. */
export const debianPackages = {
  slurm: [
    'slurmctld',
    'slurmdbd',
    'slurmd',
    'slurm-client',
    'slurm-wlm-basic-plugins',
    'slurm-wlm-mysql-plugin',
    'munge',
    'mariadb-server',
  ],
  browser: ['chromium', 'fonts-liberation'],
} as const;

export type PackageGroup = keyof typeof debianPackages;

/** A script of this name that exits 101 keeps packages from starting daemons on their default ports. */
const POLICY_GUARD = '/usr/sbin/policy-rc.d';
const MINUTE = 60_000;

export class PackagesNotInstallable extends Error {
  override readonly name = 'PackagesNotInstallable';
}

/**
 * The packages of these groups that this machine has not installed.
 *
 * @returns all of them where the machine has no dpkg
 */
export function missingPackages(groups: readonly PackageGroup[]): string[] {
  const wanted = groups.flatMap((group) => [...debianPackages[group]]);
  const query = spawnSync('dpkg-query', ['-W', '-f', '${Package} ${db:Status-Status}\\n', ...wanted], {
    encoding: 'utf8',
    timeout: MINUTE,
  });
  const installed = new Set((query.stdout ?? '').split('\n').filter((line) => line.endsWith(' installed')));
  return wanted.filter((name) => !installed.has(`${name} installed`));
}

/**
 * Installs what is missing of these groups, as root or through sudo. Nothing that it installs is started.
 *
 * @throws PackagesNotInstallable where the machine is not Debian, or we are not root and there is no sudo
 */
export function installPackages(groups: readonly PackageGroup[]): void {
  const missing = missingPackages(groups);
  if (missing.length === 0) return;
  if (!commandExists('apt-get')) {
    throw new PackagesNotInstallable(
      `This machine has no apt-get. Install by hand what these packages hold: ${missing.join(' ')}`,
    );
  }
  if (process.getuid?.() === 0) return installAsRoot(missing);
  installThroughSudo(groups, missing);
}

function installAsRoot(packages: readonly string[]): void {
  const guarded = !existsSync(POLICY_GUARD);
  if (guarded) {
    writeFileSync(POLICY_GUARD, '#!/bin/sh\nexit 101\n');
    chmodSync(POLICY_GUARD, 0o755);
  }
  try {
    aptGet(['update']);
    aptGet(['install', '-y', '--no-install-recommends', ...packages]);
  } finally {
    if (guarded) rmSync(POLICY_GUARD, { force: true });
  }
}

function aptGet(args: readonly string[]): void {
  const run = spawnSync('apt-get', ['-q', '-o', 'DPkg::Lock::Timeout=120', ...args], {
    stdio: ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 20 * MINUTE,
  });
  if (run.status !== 0)
    throw new PackagesNotInstallable(`apt-get ${args.join(' ')} failed (exit ${run.status ?? run.signal})`);
}

/** Runs this file again as root; sudo may ask for a password only where somebody is there to type it. */
function installThroughSudo(groups: readonly PackageGroup[], missing: readonly string[]): void {
  const byHand = `Install them by hand as root: apt-get install --no-install-recommends ${missing.join(' ')}`;
  if (!commandExists('sudo'))
    throw new PackagesNotInstallable(`Installing packages needs root, and there is no sudo. ${byHand}`);
  const ask = process.stdin.isTTY ? [] : ['-n'];
  const run = spawnSync('sudo', [...ask, process.execPath, fileURLToPath(import.meta.url), ...groups], {
    stdio: 'inherit',
    timeout: 25 * MINUTE,
  });
  if (run.status !== 0) throw new PackagesNotInstallable(`Installing through sudo failed. ${byHand}`);
}

function commandExists(name: string): boolean {
  return spawnSync(name, ['--version'], { stdio: 'ignore', timeout: MINUTE }).error === undefined;
}

function isGroup(name: string): name is PackageGroup {
  return Object.hasOwn(debianPackages, name);
}

if (import.meta.main) {
  try {
    installPackages(process.argv.slice(2).filter(isGroup));
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}
