import { expect, it } from '@jest/globals';
import type { Metafile } from 'esbuild';
import { contentsOf } from './bundle-contents.ts';

const input = (bytesInOutput: number) => ({ bytesInOutput });
const metafile: Metafile = {
  inputs: {},
  outputs: {
    'out/api/index.mjs': {
      bytes: 100,
      inputs: {
        'lambdas/api/api.lambda.ts': input(10),
        'lambdas/api/edge/log.ts': input(5),
        'shared/domain/units.ts': input(1),
        'node_modules/@aws-sdk/client-dynamodb/index.js': input(50),
        'node_modules/x/node_modules/zod/index.js': input(20),
      },
      imports: [],
      exports: [],
    },
  },
};

it('adds up what a bundle holds by package and by folder, largest first', () => {
  expect(contentsOf(metafile, 'api')).toEqual({
    bytes: 100,
    parts: [
      ['@aws-sdk/client-dynamodb', 50],
      ['zod', 20],
      ['lambdas', 15],
      ['shared', 1],
    ],
  });
  expect(() => contentsOf(metafile, 'ledger')).toThrow('ledger has no bundle');
});
