import { expect, it } from '@jest/globals';
import { committedTypes, generateTypes } from './generate.ts';

it('has types that say what the contracts say (else: npm run generate -w clients/typescript)', async () => {
  const [committed, generated] = await Promise.all([committedTypes(), generateTypes()]);
  // Compared as a fact, not shown: a difference would print thousands of lines.
  expect(committed === generated).toBe(true);
});
