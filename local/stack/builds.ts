import { childBuild } from './child-build.ts';

export interface BuildsOptions {
  /** Keeps built apps and sites between starts and between stacks. */
  cache: string;
  log: (line: string) => void;
}

/** The app synthesised for this machine: templates, and the functions' bundles that they name. */
export function synthesise({ cache, log }: BuildsOptions): Promise<string> {
  return childBuild({
    name: 'the app (templates and functions)',
    sources: ['cdk/**/*', 'lambdas/**/*.ts', 'shared/**/*.ts', 'cdk.json', 'package-lock.json'],
    args: ['cdk/bin.ts'],
    env: {
      CDK_VALIDATION: 'false',
      CDK_CONTEXT_JSON: JSON.stringify({ stage: 'local' }),
      CDK_STAGE: 'local',
    },
    folder: `${cache}/synth`,
    log,
  });
}

/** The exported site. */
export function buildSite({ cache, log }: BuildsOptions): Promise<string> {
  return childBuild({
    name: 'the site',
    sources: [
      'frontend/**/*',
      'clients/typescript/**/*',
      'shared/contracts/**/*.ts',
      'shared/domain/**/*.ts',
      'package-lock.json',
    ],
    args: ['frontend/build/build-site.ts'],
    env: { NODE_ENV: 'production' },
    folder: `${cache}/site`,
    log,
  });
}
