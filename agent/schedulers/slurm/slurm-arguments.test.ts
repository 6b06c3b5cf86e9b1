import { describe, expect, it } from '@jest/globals';
import { isAccountName, isMemberName } from '@keystone/shared/domain/names.ts';
import fc from 'fast-check';
import type { Change } from '../scheduler.ts';
import { SchedulerRefused } from '../scheduler-errors.ts';
import { arbitraryChangeOrAccount } from '../testing/arbitrary-change.ts';
import { finishedRunsOf, knownPeople, showAssociations, showCounters } from './read-arguments.ts';
import { callsFor, MOST_NAMES } from './write-calls.ts';

const good = fc
  .stringMatching(/^[a-z][a-z0-9_-]{0,31}$/)
  .filter((name) => isAccountName(name) && isMemberName(name));
/** Names that try to become something else: options, keywords, lists, other settings. */
const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.constantFrom(
    '',
    'root',
    'where',
    'set',
    'all',
    '-i',
    '--help',
    'a,b',
    'a b',
    'a=b',
    "a'b",
    'a\nb',
    'a|b',
    'A',
    'a\0',
    'équipe',
  ),
  fc.tuple(good, fc.constantFrom(' ', ',', '=', '\n', '"', '\x1f'), good).map((parts) => parts.join('')),
);
const name = fc.oneof(good, hostile);
const limit = fc.oneof(fc.nat(), fc.integer(), fc.double(), fc.constantFrom(-1, -0, NaN, Infinity, 2 ** 60));

const change = arbitraryChangeOrAccount({ account: name, user: name, limitMinutes: limit });

/** Every argument that a change may ever become. */
const words = ['-i', 'add', 'modify', 'delete', 'account', 'user', 'where', 'set', 'cluster=hpc'];
const shape =
  /^(name=[a-z_][a-z0-9_.-]{0,31}(,[a-z_][a-z0-9_.-]{0,31})*|account=[a-z][a-z0-9_-]{0,31}|DefaultAccount=[a-z][a-z0-9_-]{0,31}|GrpTRESMins=billing=\d{1,16}|(Grp|Max)(Submit)?Jobs=(0|-1))$/;

const commands = (...wanted: Change[]): (readonly string[])[] | 'refused' => {
  try {
    return callsFor(wanted, 'hpc', MOST_NAMES).flatMap((call) => call.commands);
  } catch (error) {
    if (error instanceof SchedulerRefused) return 'refused';
    throw error;
  }
};

describe('arguments', () => {
  it('are of known shapes only, whatever the names and limits are', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (wanted) => {
        const made = commands(...wanted);
        if (made === 'refused') return;
        for (const argument of made.flat())
          expect(words.includes(argument) || shape.test(argument)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  it('name the cluster exactly once and never wait for an answer', () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (wanted) => {
        const made = commands(...wanted);
        if (made === 'refused') return;
        for (const command of made) {
          expect(command.filter((argument) => argument.startsWith('cluster='))).toEqual(['cluster=hpc']);
          expect(command[0]).toBe('-i');
        }
      }),
    );
  });

  it('carry a good name whole, and refuse a bad one', () => {
    fc.assert(
      fc.property(name, name, (account, user) => {
        const made = commands({ kind: 'add-member', account, user });
        const expected =
          isAccountName(account) && isMemberName(user)
            ? [['-i', 'add', 'user', `name=${user}`, `account=${account}`, 'cluster=hpc']]
            : 'refused';
        expect(made).toEqual(expected);
      }),
    );
  });

  it('clear no limit: it is digits, or refused', () => {
    fc.assert(
      fc.property(good, limit, (account, limitMinutes) => {
        const made = commands({ kind: 'set-limit', account, limitMinutes });
        const valid = Number.isSafeInteger(limitMinutes) && limitMinutes >= 0;
        expect(made === 'refused').toBe(!valid);
        if (made !== 'refused') expect(made[0]?.at(-1)).toBe(`GrpTRESMins=billing=${BigInt(limitMinutes)}`);
      }),
    );
  });

  it('of reads refuse bad names too', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        if (!isAccountName(text)) expect(() => showCounters(['chem', text])).toThrow(SchedulerRefused);
        if (!isMemberName(text)) expect(() => knownPeople([text])).toThrow(SchedulerRefused);
        if (!/^[a-z0-9][a-z0-9_.-]*$/.test(text)) {
          expect(() => showAssociations(text)).toThrow(SchedulerRefused);
          expect(() => finishedRunsOf(text, 1, 2)).toThrow(SchedulerRefused);
        }
      }),
    );
  });

  it('make an account with a limit of 0 from its first moment', () => {
    expect(commands({ kind: 'add-account', account: 'chem', locked: true })).toEqual([
      [
        '-i',
        'add',
        'account',
        'name=chem',
        'cluster=hpc',
        'GrpTRESMins=billing=0',
        'GrpJobs=0',
        'GrpSubmitJobs=0',
      ],
    ]);
  });

  it('move the default account before the place in it goes', () => {
    const made = commands({ kind: 'remove-member', account: 'chem', user: 'bob', defaultAccount: 'bio' });
    expect(made).toEqual([
      ['-i', 'modify', 'user', 'where', 'name=bob', 'cluster=hpc', 'set', 'DefaultAccount=bio'],
      ['-i', 'delete', 'user', 'where', 'name=bob', 'account=chem', 'cluster=hpc'],
    ]);
  });

  it('give sacct UTC times, both ends, and never the epoch, which it takes for now', () => {
    const made = finishedRunsOf('hpc', 0, 1_795_477_395);
    expect(made).toEqual(
      expect.arrayContaining([
        '--starttime=1970-01-01T00:00:01',
        '--endtime=2026-11-23T23:43:15',
        '--clusters=hpc',
      ]),
    );
  });
});
