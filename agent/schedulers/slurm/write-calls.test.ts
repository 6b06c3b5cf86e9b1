import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { Change } from '../scheduler.ts';
import { arbitraryChangeOrAccount } from '../testing/arbitrary-change.ts';
import { callsFor, heldBack, MOST_NAMES, portionsOf } from './write-calls.ts';

const add = (account: string, user: string): Change => ({ kind: 'add-member', account, user });
const people = (count: number) => Array.from({ length: count }, (_, person) => `user${person}`);
const namesIn = (commands: readonly (readonly string[])[]) =>
  commands.map((command) =>
    command
      .find((word) => word.startsWith('name='))
      ?.slice('name='.length)
      .split(','),
  );

const change = arbitraryChangeOrAccount({
  account: fc.constantFrom('a', 'b'),
  user: fc.constantFrom('alice', 'bob', 'carol'),
  limitMinutes: fc.nat({ max: 2 }),
});
const changes = fc.array(change, { maxLength: 30 });
const most = fc.integer({ min: 1, max: 4 });

describe('calls of sacctmgr', () => {
  it('make every change once, in the order of the changes', () => {
    fc.assert(
      fc.property(changes, most, (wanted, names) => {
        const calls = callsFor(wanted, 'hpc', names);
        expect(calls.flatMap((call) => call.changes)).toEqual(wanted);
        expect(Math.max(0, ...calls.map((call) => call.changes.length))).toBeLessThanOrEqual(names);
      }),
    );
  });

  it('do for several names what they do for each', () => {
    fc.assert(
      fc.property(changes, most, (wanted, names) => {
        const together = callsFor(wanted, 'hpc', names).flatMap(({ changes: alike, commands }) =>
          alike.map((_, index) =>
            commands.map((command) =>
              command.map((word) =>
                word.startsWith('name=') ? `name=${word.slice('name='.length).split(',')[index]}` : word,
              ),
            ),
          ),
        );
        expect(together).toEqual(callsFor(wanted, 'hpc', 1).map((call) => call.commands));
      }),
    );
  });

  it('take a hundred names, and more than one for what differs beside them', () => {
    const first = people(250).map((name) => add('chem', name));
    const calls = callsFor([...first, add('bio', 'user0')], 'hpc', MOST_NAMES);
    expect(calls.map((call) => call.changes.length)).toEqual([100, 100, 50, 1]);
    expect(namesIn(calls.flatMap((call) => call.commands)).flat()).toEqual([...people(250), 'user0']);
  });

  it('stay short however long the names are', () => {
    const longest = people(100).map((name) => add('chem', name.padEnd(32, 'x')));
    const [command = []] = callsFor(longest, 'hpc', MOST_NAMES).flatMap((call) => call.commands);
    expect(command.join(' ').length).toBeLessThan(3_500);
  });

  it('come in portions of so many calls and so many changes, in their order', () => {
    const teams = Array.from({ length: 120 }, (_, team) => add(`team${team}`, 'alice'));
    expect(portionsOf(teams, MOST_NAMES).map((portion) => portion.length)).toEqual([50, 50, 20]);
    const many = people(1_250).map((name) => add('chem', name));
    expect(portionsOf(many, MOST_NAMES).map((portion) => portion.length)).toEqual([500, 500, 250]);
    fc.assert(
      fc.property(changes, most, (wanted, names) => {
        expect(portionsOf(wanted, names).flat()).toEqual(wanted);
      }),
    );
  });
});

describe('changes that others held back', () => {
  const calls = (...wanted: Change[]) => callsFor(wanted, 'hpc', MOST_NAMES);
  const block = (name: string): Change => ({ kind: 'block-member', account: 'chem', user: name });
  const unblock = (name: string): Change => ({ kind: 'unblock-member', account: 'chem', user: name });

  it('are those that do not show and were not written alone', () => {
    const written = calls(add('chem', 'alice'), add('chem', 'bob'), add('bio', 'carol'));
    expect(heldBack(written, () => false)).toEqual([add('chem', 'alice'), add('chem', 'bob')]);
    expect(heldBack(written, (wanted) => 'user' in wanted && wanted.user === 'bob')).toEqual([
      add('chem', 'alice'),
    ]);
  });

  it('are not those that a later change undid', () => {
    const written = calls(block('alice'), block('bob'), unblock('alice'));
    expect(heldBack(written, () => false)).toEqual([block('bob')]);
  });
});
