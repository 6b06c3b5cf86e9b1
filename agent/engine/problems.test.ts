import { describe, expect, it } from '@jest/globals';
import { Problems } from './problems.ts';

const many = (code: string, count: number) =>
  Array.from({ length: count }, (_, at) => ({ code, detail: `${code} ${at}` }));

describe('problems', () => {
  it('name the first ones of each part, however many another has', () => {
    const problems = new Problems(() => undefined);
    problems.set('plan', many('member-unknown', 80));
    problems.set('task read', many('scheduler-away', 1));
    problems.set('rows recent', many('accounting-unreadable', 2));
    const listed = problems.list();
    expect(listed.length).toBe(50);
    expect(listed.slice(0, 4).map(({ detail }) => detail)).toEqual([
      'member-unknown 0',
      'accounting-unreadable 0',
      'scheduler-away 0',
      'member-unknown 1',
    ]);
  });

  it('tell of a change once, and of none where nothing changed', () => {
    let changes = 0;
    const problems = new Problems(() => (changes += 1));
    problems.set('plan', many('member-unknown', 1));
    problems.set('plan', many('member-unknown', 1));
    problems.clear('plan');
    problems.clear('plan');
    expect(changes).toBe(2);
  });
});
