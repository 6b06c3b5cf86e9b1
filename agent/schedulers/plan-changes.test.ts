import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applyToModel } from './testing/model-scheduler.ts';
import { planChanges } from './plan-changes.ts';
import type {
  AccountState,
  DesiredAccount,
  MemberState,
  SchedulerState,
  UnfinishedJob,
} from './scheduler.ts';
import { shows } from './verify-changes.ts';

const member = (user: string, changes: Partial<MemberState> = {}): MemberState => ({
  user,
  blocked: false,
  isDefault: false,
  holdsRights: false,
  ...changes,
});
const account = (name: string, changes: Partial<AccountState> = {}): AccountState => ({
  account: name,
  parent: 'root',
  limitMinutes: 100,
  locked: false,
  members: [member('alice')],
  ...changes,
});
const wanted = (name: string, changes: Partial<DesiredAccount> = {}): DesiredAccount => ({
  account: name,
  locked: false,
  limitMinutes: 100,
  members: ['alice'],
  ...changes,
});
const state = (accounts: readonly AccountState[], changes: Partial<SchedulerState> = {}): SchedulerState => ({
  accounts,
  unknownPeople: new Set(),
  jobs: new Map(),
  problems: [],
  ...changes,
});
const jobs = (...list: Partial<UnfinishedJob>[]) =>
  new Map(list.map((job, index) => [index + 1, { user: 'bob', account: 'chem', started: true, ...job }]));
const kinds = (desired: DesiredAccount[], current: SchedulerState) =>
  planChanges(desired, current).changes.map(({ kind }) => kind);
const codes = (desired: DesiredAccount[], current: SchedulerState) =>
  planChanges(desired, current).problems.map(({ code }) => code);

describe('a plan', () => {
  it('is empty where all is as wanted', () => {
    expect(planChanges([wanted('chem')], state([account('chem')]))).toEqual({ changes: [], problems: [] });
  });

  it('makes a new account first, then its members, then its limit', () => {
    expect(
      planChanges([wanted('chem', { locked: true, members: ['alice', 'bob'] })], state([])).changes,
    ).toEqual([
      { kind: 'add-account', account: 'chem', locked: true },
      { kind: 'add-member', account: 'chem', user: 'alice' },
      { kind: 'add-member', account: 'chem', user: 'bob' },
      { kind: 'set-limit', account: 'chem', limitMinutes: 100 },
    ]);
  });

  it('writes no limit over the 0 that a new account begins with', () => {
    expect(kinds([wanted('chem', { limitMinutes: 0, members: [] })], state([]))).toEqual(['add-account']);
  });

  it('takes away before it gives', () => {
    const current = [
      account('a', { limitMinutes: 5 }),
      account('b'),
      account('c', { limitMinutes: null }),
      account('d', { locked: true }),
      account('e'),
    ];
    const desired = [
      wanted('a'),
      wanted('new'),
      wanted('b', { limitMinutes: 7 }),
      wanted('c'),
      wanted('d'),
      wanted('e', { locked: true, members: [] }),
    ];
    expect(
      planChanges(desired, state(current)).changes.map(({ kind, account: name }) => `${kind} ${name}`),
    ).toEqual([
      'lock e',
      'block-member e',
      'set-limit b',
      'set-limit c',
      'add-account new',
      'add-member new',
      'set-limit a',
      'set-limit new',
      'unlock d',
    ]);
  });

  it('touches no account that is not wanted, and nothing at all where nothing is', () => {
    expect(planChanges([], state([account('chem'), account('other')])).changes).toEqual([]);
    expect(
      kinds([wanted('chem')], state([account('chem'), account('other', { members: [member('zoe')] })])),
    ).toEqual([]);
  });

  it('never touches a row of root', () => {
    expect(
      planChanges([wanted('chem')], state([account('chem', { members: [member('alice'), member('root')] })]))
        .changes,
    ).toEqual([]);
  });

  it('lets a person wait whom the machine does not know, and leaves one who is there already', () => {
    const unknownPeople = new Set(['alice', 'zoe']);
    const plan = planChanges(
      [wanted('chem', { members: ['alice', 'zoe'] })],
      state([account('chem')], { unknownPeople }),
    );
    expect(plan.changes).toEqual([]);
    expect(plan.problems).toEqual([{ code: 'member-unknown', detail: expect.stringContaining('zoe') }]);
  });

  it('reports names that the scheduler can not carry', () => {
    const odd = state([account('chem', { members: [member('alice'), member('Éva')] })]);
    expect(codes([wanted('Chem!'), wanted('chem', { members: ['alice', 'where'] })], odd)).toEqual([
      'account-name',
      'member-name',
      'member-name',
    ]);
    expect(kinds([wanted('chem', { members: ['alice', 'where'] })], odd)).toEqual([]);
  });
});

describe('a member who leaves', () => {
  const with_ = (changes: Partial<MemberState>) =>
    account('chem', { members: [member('alice'), member('bob', changes)] });

  it('is blocked at once, whether jobs of theirs run or not', () => {
    expect(kinds([wanted('chem')], state([with_({})]))).toEqual(['block-member']);
    expect(kinds([wanted('chem')], state([with_({})], { jobs: jobs({}) }))).toEqual(['block-member']);
  });

  it('stays blocked while a job of theirs runs there, and is removed after', () => {
    const blocked = with_({ blocked: true });
    expect(planChanges([wanted('chem')], state([blocked], { jobs: jobs({}) }))).toEqual({
      changes: [],
      problems: [],
    });
    expect(
      kinds([wanted('chem')], state([blocked], { jobs: jobs({ account: 'bio' }, { user: 'alice' }) })),
    ).toEqual(['remove-member']);
  });

  it('is reported where jobs of theirs wait that can never start', () => {
    const current = state([with_({ blocked: true })], { jobs: jobs({ started: false }) });
    expect([kinds([wanted('chem')], current), codes([wanted('chem')], current)]).toEqual([
      [],
      ['member-jobs-waiting'],
    ]);
  });

  it('stays, blocked, where rights on the scheduler would go with them', () => {
    const current = state([with_({ blocked: true, holdsRights: true })]);
    expect([kinds([wanted('chem')], current), codes([wanted('chem')], current)]).toEqual([
      [],
      ['member-rights'],
    ]);
  });

  describe('and has rights on the scheduler', () => {
    const place = (name: string, changes: Partial<MemberState> = {}) =>
      account(name, {
        members: [member('alice'), member('bob', { blocked: true, holdsRights: true, ...changes })],
      });
    const left = (current: AccountState[], desired = current.map(({ account: name }) => wanted(name))) =>
      planChanges(desired, state(current)).changes.map(({ kind, account: name }) => `${kind} ${name}`);

    it('stays in one of several accounts that they leave at once', () => {
      const places = [place('chem'), place('bio'), place('geo')];
      expect(left(places)).toEqual(['remove-member bio', 'remove-member geo']);
      expect(codes([wanted('chem'), wanted('bio'), wanted('geo')], state(places))).toEqual(['member-rights']);
      expect(left([place('chem')])).toEqual([]);
      expect(left([place('chem'), place('bio', { isDefault: true })])).toEqual(['remove-member chem']);
    });

    it('leaves all others where they stay in one, or it is none of ours', () => {
      const places = [place('chem'), place('bio'), place('geo', { blocked: false })];
      const stays = [wanted('chem'), wanted('bio'), wanted('geo', { members: ['alice', 'bob'] })];
      expect(left(places, stays)).toEqual(['remove-member chem', 'remove-member bio']);
      expect(left(places, stays.slice(0, 2))).toEqual(['remove-member chem', 'remove-member bio']);
    });
  });

  it.each([
    ['an account that they stay in', account('bio', { members: [member('bob')] }), [], 'bio'],
    [
      'no account that they leave as well',
      account('bio', { members: [member('bob')] }),
      [wanted('bio')],
      null,
    ],
    [
      'no account that they are blocked in',
      account('bio', { members: [member('bob', { blocked: true })] }),
      [],
      null,
    ],
    ['no account whose name we can not write', account('Bio|x', { members: [member('bob')] }), [], null],
  ])('has their default moved to %s', (_, other, more, defaultAccount) => {
    const current = state([with_({ blocked: true, isDefault: true }), other]);
    expect(planChanges([wanted('chem'), ...more], current).changes).toContainEqual({
      kind: 'remove-member',
      account: 'chem',
      user: 'bob',
      defaultAccount,
    });
  });

  it('is let in again where they come back', () => {
    expect(kinds([wanted('chem', { members: ['alice', 'bob'] })], state([with_({ blocked: true })]))).toEqual(
      ['unblock-member'],
    );
  });
});

describe('plans of any kind', () => {
  const people = fc.subarray(['alice', 'bob', 'carol', 'dave']);
  const names = ['a', 'b', 'c', 'd'];
  const minutes = fc.integer({ min: 0, max: 5 });
  const memberStates = people.chain((users) =>
    fc.tuple(
      ...users.map((user) =>
        fc.record({
          user: fc.constant(user),
          blocked: fc.boolean(),
          isDefault: fc.boolean(),
          holdsRights: fc.constant(false),
        }),
      ),
    ),
  );
  const current = fc.subarray(names).chain((accounts) =>
    fc.tuple(
      ...accounts.map((name) =>
        fc.record({
          account: fc.constant(name),
          parent: fc.constant('root'),
          limitMinutes: fc.option(minutes),
          locked: fc.boolean(),
          members: memberStates,
        }),
      ),
    ),
  );
  const desired = fc.subarray(names).chain((accounts) =>
    fc.tuple(
      ...accounts.map((name) =>
        fc.record({
          account: fc.constant(name),
          locked: fc.boolean(),
          limitMinutes: minutes,
          members: people,
        }),
      ),
    ),
  );

  it('reach what is wanted in two passes, and touch nothing else', () => {
    fc.assert(
      fc.property(desired, current, (wishes, accounts) => {
        let now: readonly AccountState[] = accounts;
        for (let pass = 0; pass < 2; pass += 1)
          now = planChanges(wishes, state(now)).changes.reduce(applyToModel, now);
        expect(planChanges(wishes, state(now)).changes).toEqual([]);
        const wished = new Set(wishes.map((wish) => wish.account));
        expect(now.filter((found) => !wished.has(found.account))).toEqual(
          accounts.filter((found) => !wished.has(found.account)),
        );
        for (const wish of wishes) {
          const found = now.find((candidate) => candidate.account === wish.account);
          expect(found).toMatchObject({ locked: wish.locked, limitMinutes: wish.limitMinutes });
          expect(found?.members.map(({ user, blocked }) => `${user} ${blocked}`).toSorted()).toEqual(
            wish.members.map((user) => `${user} false`).toSorted(),
          );
        }
      }),
    );
  });

  it('show each change once it was made', () => {
    fc.assert(
      fc.property(desired, current, (wishes, accounts) => {
        const { changes } = planChanges(wishes, state(accounts));
        const after = changes.reduce(applyToModel, accounts);
        expect(changes.filter((change) => !shows(after, change))).toEqual([]);
        const missing = changes.filter((change) => change.kind !== 'add-account' && shows(accounts, change));
        expect(missing).toEqual([]);
      }),
    );
  });
});
