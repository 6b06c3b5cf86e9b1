import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  installPackages,
  missingPackages,
  PackagesNotInstallable,
  type PackageGroup,
} from '@keystone/local/packages/debian-packages.ts';

const root = new URL('..', import.meta.url).pathname;

/** What a suite's source mentions where it starts a real part. */
const signs: Record<PackageGroup, RegExp> = {
  slurm: /startSlurm\b/,
  browser: /\bplaywright-core\b|startBrowser\b/,
};
const groups = ['slurm', 'browser'] as const satisfies readonly PackageGroup[];

/** Installs the packages of all real parts where that may be done; what can't be had is told, and its suites are left out. */
export function installParts(): void {
  for (const group of groups) {
    try {
      installPackages([group]);
    } catch (error) {
      if (!(error instanceof PackagesNotInstallable)) throw error;
      console.error(error.message);
    }
  }
}

/** Suites that can't run here, by the group of packages that they want. */
export function suitesLeftOut(): Map<PackageGroup, string[]> {
  const missing = groups.filter((group) => missingPackages([group]).length > 0 || needsRoot(group));
  const suites = globSync(
    '{shared,lambdas,agent,cdk,local,operations,clients,tests,bench}/**/*.int.test.ts',
    {
      cwd: root,
      exclude: (name) => name === 'node_modules',
    },
  );
  const sources = suites.map((suite) => ({ suite, source: readFileSync(join(root, suite), 'utf8') }));
  return new Map(
    missing.map((group) => [
      group,
      sources.filter(({ source }) => signs[group].test(source)).map(({ suite }) => suite),
    ]),
  );
}

/** A real Slurm runs jobs as other people, which root alone may do. */
function needsRoot(group: PackageGroup): boolean {
  return group === 'slurm' && process.getuid?.() !== 0;
}
