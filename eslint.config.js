import globals from 'globals';
import reactHooks from 'eslint-plugin-react-hooks';
import next from '@next/eslint-plugin-next';
import tseslint from 'typescript-eslint';

/** Folders that a folder may import from, beside itself. Data flows one way; this table is the rule. */
const arrows = {
  shared: [],
  lambdas: ['shared'],
  agent: ['shared'],
  cdk: ['shared'],
  clients: ['shared'],
  frontend: ['shared', 'client'],
  local: ['shared'],
  operations: ['shared'],
  tests: ['shared', 'client', 'local', 'agent', 'lambdas', 'cdk'],
  bench: ['shared', 'client', 'local', 'agent', 'lambdas', 'cdk', 'tests'],
};
const packages = [
  'shared',
  'lambdas',
  'agent',
  'cdk',
  'client',
  'frontend',
  'local',
  'operations',
  'tests',
  'bench',
];

const forbid = (names, message) => ({ group: names.map((name) => `@keystone/${name}{,/**}`), message });

const arrowRules = Object.entries(arrows).map(([folder, allowed]) => {
  const own = folder === 'clients' ? 'client' : folder;
  const banned = packages.filter((name) => name !== own && !allowed.includes(name));
  return {
    files: [`${folder}/**/*.{ts,tsx}`],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            forbid(
              banned,
              `${folder}/ may import only from: ${allowed.join(', ') || 'nothing'} (docs/architecture.md)`,
            ),
            {
              // A relative path out of a package goes round the arrows.
              regex: `^(\\.\\./)+(${packages.concat('clients').join('|')})/`,
              message: 'Cross a package border by its name, not by a relative path.',
            },
          ],
        },
      ],
    },
  };
});

/** Tests of what reads and writes tables run on the local DynamoDB. */
const testRules = ['shared', 'lambdas'].map((folder) => ({
  files: [`${folder}/**/*.test.ts`, `${folder}/**/testing/*.ts`],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          forbid(
            packages.filter((name) => ![folder, 'local', ...arrows[folder]].includes(name)),
            `tests of ${folder}/ may import from local beside what ${folder}/ may (docs/architecture.md)`,
          ),
        ],
      },
    ],
  },
}));

const only = (folder, patterns) => ({
  files: [`${folder}/**/*.ts`],
  ignores: ['**/*.test.ts'],
  rules: { 'no-restricted-imports': ['error', { patterns }] },
});

/** Folders of the store that one of them may import from, beside itself. */
const storeArrows = {
  table: [],
  'unit-of-work': ['table'],
  agents: ['table'],
  'sign-in': ['table'],
  lists: ['table', 'unit-of-work'],
  ledger: ['table', 'unit-of-work', 'agents'],
};

const storeRules = Object.entries(storeArrows).map(([folder, allowed]) => {
  const banned = Object.keys(storeArrows).filter((name) => name !== folder && !allowed.includes(name));
  return only(`shared/store/${folder}`, [
    { group: ['@keystone/**'], message: 'shared/ may import only from itself (docs/architecture.md)' },
    {
      group: banned.map((name) => `../**/${name}/**`),
      message: `shared/store/${folder} may import only from: ${allowed.join(', ') || 'nothing'} of the store.`,
    },
  ]);
});

export default tseslint.config(
  {
    ignores: [
      '**/node_modules',
      'cdk.out',
      '**/.next',
      '**/out',
      '**/dist',
      '.keystone',
      'clients/typescript/openapi.d.ts',
      '**/next-env.d.ts',
    ],
  },
  ...tseslint.configs.strict,
  {
    languageOptions: { globals: { ...globals.node } },
    rules: {
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/consistent-type-assertions': ['error', { assertionStyle: 'never' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/no-extraneous-class': 'off',
      'no-restricted-syntax': [
        'error',
        {
          selector: "ImportDeclaration[source.value='zod'] > ImportSpecifier",
          message: "Import zod as a namespace (import * as z from 'zod'): a named import bundles all of it.",
        },
        { selector: 'ExportDefaultDeclaration', message: 'No default exports (names stay searchable).' },
      ],
      eqeqeq: 'error',
      'no-console': 'off',
    },
  },
  {
    // What can't run here is left out by name (tests/real-parts.ts), which fails under CI=true.
    files: ['**/*.test.{ts,tsx}'],
    rules: {
      'no-restricted-properties': [
        'error',
        ...['describe', 'it', 'test'].flatMap((object) =>
          ['skip', 'only', 'todo'].map((property) => ({
            object,
            property,
            message: 'A suite that leaves something out says so in tests/real-parts.ts.',
          })),
        ),
      ],
    },
  },
  ...arrowRules,
  ...testRules,
  ...storeRules,
  // The rules know nothing of AWS, of the wire, or of the store.
  only('shared/domain', [
    {
      group: ['@aws-sdk/**', '../store/**', '../contracts/**', '@keystone/**'],
      message: 'domain imports no AWS, store or contracts.',
    },
  ]),
  only('shared/contracts', [
    { group: ['@aws-sdk/**', '../store/**'], message: 'contracts import no AWS and no store.' },
  ]),
  {
    // The agent works without a cloud: rules and formats only.
    files: ['agent/**/*.ts'],
    rules: {
      'no-restricted-imports': [
        'error',
        {
          patterns: [
            {
              group: [
                '@keystone/shared/store/**',
                '@keystone/lambdas/**',
                '@keystone/local/**',
                '@keystone/cdk/**',
              ],
              message: 'agent imports shared/domain and shared/contracts only.',
            },
          ],
        },
      ],
    },
  },
  {
    files: ['**/*.config.{ts,js,mjs}', 'frontend/pages/**/*.tsx', '**/*.cjs'],
    rules: { 'no-restricted-syntax': 'off' },
  },
  { files: ['**/*.cjs'], rules: { '@typescript-eslint/no-require-imports': 'off' } },
  {
    files: ['frontend/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks, '@next/next': next },
    languageOptions: { globals: { ...globals.browser } },
    rules: {
      ...reactHooks.configs.recommended.rules,
      ...next.configs.recommended.rules,
      '@next/next/no-html-link-for-pages': ['error', 'frontend/pages'],
    },
  },
);
