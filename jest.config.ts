import type { Config } from 'jest';

/** Suites in *.int.test.ts start real parts (Slurm, a broker, Chromium, the local stack); the others only code. */
const common = {
  extensionsToTreatAsEsm: ['.ts', '.tsx'],
  transform: {
    '^.+\\.tsx?$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2024',
          parser: { syntax: 'typescript', tsx: true },
          transform: { react: { runtime: 'automatic' } },
        },
        module: { type: 'es6' },
      },
    ],
  },
  modulePathIgnorePatterns: [
    '<rootDir>/cdk.out',
    '<rootDir>/.keystone',
    '<rootDir>/frontend/.next',
    '<rootDir>/frontend/out',
  ],
} satisfies Config;

const config: Config = {
  projects: [
    {
      ...common,
      displayName: 'unit',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/{shared,lambdas,agent,cdk,local,operations,clients,tests,bench}/**/*.test.ts'],
      testPathIgnorePatterns: ['/node_modules/', '\\.int\\.test\\.ts$'],
    },
    {
      ...common,
      displayName: 'site',
      testEnvironment: '<rootDir>/frontend/testing/site-environment.ts',
      setupFilesAfterEnv: ['<rootDir>/frontend/testing/site-setup.ts'],
      testMatch: ['<rootDir>/frontend/**/*.test.{ts,tsx}'],
    },
    {
      ...common,
      displayName: 'int',
      testEnvironment: 'node',
      testMatch: [
        '<rootDir>/{shared,lambdas,agent,cdk,local,operations,clients,tests,bench}/**/*.int.test.ts',
      ],
    },
  ],
};

export default config;
