import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  installPackages,
  missingPackages,
  PackagesNotInstallable,
  type PackageGroup,
} from '@keystone/local/packages/debian-packages.ts';
import { canMountDisk } from './support/small-disk.ts';

const root = new URL('..', import.meta.url).pathname;

interface RealPart {
  /** What a suite's source mentions where it uses the part. */
  sign: RegExp;
  packages?: PackageGroup;
  /** Whether more than packages is wanting. */
  isOutOfReach?: () => boolean;
}

/** A real Slurm runs jobs as other people, which root alone may do. */
const isNotRoot = () => process.getuid?.() !== 0;

const parts: Record<string, RealPart> = {
  slurm: { sign: /startSlurm(World)?\b|GovernedSlurm\b/, packages: 'slurm', isOutOfReach: isNotRoot },
  browser: { sign: /\bplaywright-core\b|startBrowser\b/, packages: 'browser' },
  'a disk of its own (root)': { sign: /\bmountSmallDisk\b/, isOutOfReach: () => !canMountDisk() },
};

/** Installs the packages of all real parts where that may be done; what can't be had is told, and its suites are left out. */
export function installParts(): void {
  for (const { packages } of Object.values(parts)) {
    if (packages === undefined) continue;
    try {
      installPackages([packages]);
    } catch (error) {
      if (!(error instanceof PackagesNotInstallable)) throw error;
      console.error(error.message);
    }
  }
}

/** Suites that can't run here, by the part that they want. */
export function suitesLeftOut(): Map<string, string[]> {
  const missing = Object.entries(parts).filter(([, part]) => isMissing(part));
  const suites = globSync(
    '{shared,lambdas,agent,cdk,local,operations,clients,tests,bench}/**/*.int.test.ts',
    {
      cwd: root,
      exclude: (name) => name === 'node_modules',
    },
  );
  const sources = suites.map((suite) => ({ suite, source: readFileSync(join(root, suite), 'utf8') }));
  return new Map(
    missing.map(([name, { sign }]) => [
      name,
      sources.filter(({ source }) => sign.test(source)).map(({ suite }) => suite),
    ]),
  );
}

function isMissing({ packages, isOutOfReach }: RealPart): boolean {
  if (packages !== undefined && missingPackages([packages]).length > 0) return true;
  return isOutOfReach?.() === true;
}
