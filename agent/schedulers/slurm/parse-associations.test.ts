import { describe, expect, it } from '@jest/globals';
import { SchedulerUnavailable } from '../scheduler-errors.ts';
import { fixture } from './fixture.ts';
import { parseAssociations } from './parse-associations.ts';
import { parseUsers } from './parse-users.ts';

const users = parseUsers(fixture('users.txt'));
const recorded = () => parseAssociations(fixture('associations.txt'), 'recorded', users);
const account = (name: string) => recorded().accounts.find((found) => found.account === name);
const rows = (...lines: string[]) => ['recorded|root|||||||', ...lines, ''].join('\n');

describe('associations', () => {
  it('reads accounts with their limits, locks and members', () => {
    expect(account('chem')).toEqual({
      account: 'chem',
      parent: 'root',
      limitMinutes: 600,
      locked: false,
      members: [
        { user: 'alice', blocked: false, isDefault: true, holdsRights: false },
        { user: 'bob', blocked: false, isDefault: true, holdsRights: false },
        { user: 'carol', blocked: true, isDefault: true, holdsRights: false },
      ],
    });
    expect(account('bio')).toMatchObject({ limitMinutes: 0, locked: true });
    expect(account('bio')?.members).toEqual([expect.objectContaining({ user: 'alice', isDefault: false })]);
    expect(account('root')).toMatchObject({ parent: '', limitMinutes: null });
  });

  it('sees who has rights on the scheduler', () => {
    expect(account('root')?.members).toEqual([expect.objectContaining({ user: 'root', holdsRights: true })]);
    expect(account('chem')?.members.map(({ holdsRights }) => holdsRights)).toEqual([false, false, false]);
  });

  it('tells of a row whose name holds the separator, and takes nothing of it', () => {
    const { accounts, problems } = recorded();
    expect(problems).toEqual([
      { code: 'association-unreadable', detail: expect.stringContaining('odd|name') },
    ]);
    expect(accounts.map((found) => found.account).toSorted()).toEqual(['bio', 'chem', 'math', 'root']);
  });

  it('believes no limit of an account that a name with a line break tells of once more', () => {
    const forged = [
      'recorded|evil',
      'recorded|chem||root|billing=7|||||root||||||',
      'recorded|chem||root|billing=7||||',
    ];
    const { accounts, problems } = parseAssociations(
      rows('recorded|chem||root|billing=900||||', 'recorded|chem|bob||||||', ...forged),
      'recorded',
      users,
    );
    expect(accounts.filter((found) => found.account === 'chem')).toEqual([
      expect.objectContaining({ limitMinutes: null, members: [expect.objectContaining({ user: 'bob' })] }),
    ]);
    expect(problems.map(({ detail }) => detail)).toContainEqual(
      expect.stringContaining('two rows tell of the account chem'),
    );
  });

  it.each(['', 'other|root|||||||\n', 'recorded|chem||root|||||\n'])(
    'takes an answer without the root account for none at all: %j',
    (output) => expect(() => parseAssociations(output, 'recorded', users)).toThrow(SchedulerUnavailable),
  );

  it('takes a negative limit, which Slurm stores as a huge one, for no limit', () => {
    const { accounts } = parseAssociations(
      rows('recorded|chem||root|billing=18446744073709551555||||'),
      'recorded',
      users,
    );
    expect(accounts[1]?.limitMinutes).toBeNull();
  });

  it('takes a member for blocked only where all their rows, one for each partition, are', () => {
    const both = (second: string) =>
      parseAssociations(
        rows('recorded|chem||root|||||', 'recorded|chem|bob|||||0|0', `recorded|chem|bob|||||${second}`),
        'recorded',
        users,
      ).accounts[1]?.members;
    expect(both('0|0')).toEqual([expect.objectContaining({ user: 'bob', blocked: true })]);
    expect(both('|')).toEqual([expect.objectContaining({ user: 'bob', blocked: false })]);
  });

  it('takes an account for locked only where neither starts nor submissions are allowed', () => {
    const lockedBy = (limits: string) =>
      parseAssociations(rows(`recorded|chem||root||${limits}||`), 'recorded', users).accounts[1]?.locked;
    expect([lockedBy('0|0'), lockedBy('0|'), lockedBy('|0'), lockedBy('5|5')]).toEqual([
      true,
      false,
      false,
      false,
    ]);
  });
});
