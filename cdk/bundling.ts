import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { buildSync, type BuildOptions } from 'esbuild';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';
import { functionNames, functions } from './functions.ts';

const root = resolve(import.meta.dirname, '..');

/** The file that Lambda loads in each function's folder; its handler is `index.handler`. */
export const BUNDLE_FILE = 'index.mjs';

/**
 * How functions become single files: the one place, so that what runs locally is byte for byte what deploys. Sources of
 * CommonJS packages still call require(), which an ES module has not; the banner gives it one.
 */
export const bundleOptions = (outdir: string, names = functionNames) =>
  ({
    absWorkingDir: root,
    entryPoints: names.map((name) => ({ in: functions[name].entry, out: join(name, 'index') })),
    outdir,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    mainFields: ['module', 'main'],
    alias: { '@aws-sdk/credential-provider-node': join(root, 'lambdas/runtime/environment-credentials.ts') },
    minify: true,
    keepNames: true,
    sourcemap: true,
    sourcesContent: false,
    legalComments: 'none',
    banner: {
      js: "import{createRequire as __createRequire}from'node:module';const require=__createRequire(import.meta.url);",
    },
    logLevel: 'warning',
  }) satisfies BuildOptions;

/** Where a function's bundle stands below the folder that was given to `bundleFunctions`. */
export const bundleFolder = (outdir: string, name: FunctionName) => join(outdir, name);

/** Throws, by name, for each function whose entry file is not there below `folder`. */
export const checkEntries = (folder = root, names = functionNames) => {
  const missing = names.filter((name) => !existsSync(join(folder, functions[name].entry)));
  if (missing.length > 0) {
    const lines = missing.map((name) => `  ${name}: ${functions[name].entry}`);
    throw new Error(`No entry file for these functions (cdk/functions.ts):\n${lines.join('\n')}`);
  }
};

/** Bundles every function into `outdir`/<name>/index.mjs, with a source map beside it. One pass, so shared sources are read once. */
export const bundleFunctions = (outdir: string): void => {
  checkEntries();
  buildSync(bundleOptions(outdir));
};
