import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isStaffOnly, may, rights, type Action, type Guarded, type Relation } from './rights.ts';

const guarded = fc.constantFrom<Guarded[]>(
  'user',
  'team',
  'membership',
  'cluster',
  'request',
  'allocation',
  'review',
  'balance',
);
const action = fc.constantFrom<Action[]>('read', 'create', 'change', 'delete');
const relation = fc.record<Relation>({
  staff: fc.boolean(),
  own: fc.boolean(),
  role: fc.constantFrom('OW', 'AD', 'MB', null),
});

describe('rights', () => {
  it('are listed here for every kind that is guarded', () => {
    expect(Object.keys(rights)).toHaveLength(8);
  });

  it('of staff include whatever anyone may do', () => {
    fc.assert(
      fc.property(action, guarded, relation, (what, to, who) => {
        if (may(what, to, who)) expect(may(what, to, { ...who, staff: true })).toBe(true);
      }),
    );
  });

  it('of an owner include those of an admin, and of an admin those of a member', () => {
    fc.assert(
      fc.property(action, guarded, relation, (what, to, who) => {
        const as = (role: Relation['role']) => may(what, to, { ...who, role });
        expect(as('OW')).toBe(as('AD'));
        if (as('MB')) expect(as('AD')).toBe(true);
        if (as(null)) expect(as('MB')).toBe(true);
      }),
    );
  });

  it('to change anything include the right to read it', () => {
    fc.assert(
      fc.property(guarded, relation, (to, who) => {
        for (const what of ['change', 'delete'] as const)
          if (may(what, to, who)) expect(may('read', to, who)).toBe(true);
      }),
    );
  });

  it('that are staff’s alone are nobody else’s', () => {
    fc.assert(
      fc.property(action, guarded, relation, (what, to, who) => {
        if (isStaffOnly(what, to)) expect(may(what, to, { ...who, staff: false })).toBe(false);
      }),
    );
  });
});
