import { expect, it } from '@jest/globals';
import { createPace } from './pace.ts';

it('is quick for two minutes after a change, and calm after', () => {
  let now = 0;
  const pace = createPace(() => now);
  expect(pace.interval()).toBe(2_000);
  now = 120_000;
  expect(pace.interval()).toBe(5_000);
  pace.noteChange();
  expect(pace.interval()).toBe(2_000);
});
