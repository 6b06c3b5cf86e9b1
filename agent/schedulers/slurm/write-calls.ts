import type { Change } from '../scheduler.ts';
import { commandsOf } from './write-arguments.ts';

/** Changes that are written together, and the commands that do it. */
export interface WriteCall {
  readonly changes: readonly Change[];
  readonly commands: readonly (readonly string[])[];
}

/** Of names in one command; each has 32 characters at most, so that all of them are no more than 3.3 kB. */
export const MOST_NAMES = 100;

/**
 * Puts changes together that follow each other and are alike but for a name: Slurm takes little longer for a hundred
 * names than for one. Their order stays, and nothing is run before all commands have been made.
 *
 * @param most names in one command
 * @throws SchedulerRefused where a name or a figure can't be part of a command
 */
export function callsFor(changes: readonly Change[], cluster: string, most: number): WriteCall[] {
  return groupsOf(changes, most).map((group) => {
    const { first, changes: alike } = group;
    return { changes: alike, commands: commandsOf({ first, names: alike.map(nameIn) }, cluster) };
  });
}

interface Group {
  readonly first: Change;
  readonly kind: string;
  readonly changes: Change[];
}

function groupsOf(changes: readonly Change[], most: number): Group[] {
  const groups: Group[] = [];
  for (const change of changes) {
    const kind = allButTheName(change);
    const last = groups.at(-1);
    if (last?.kind === kind && last.changes.length < most) last.changes.push(change);
    else groups.push({ first: change, kind, changes: [change] });
  }
  return groups;
}

const nameIn = (change: Change): string => ('user' in change ? change.user : change.account);
const allButTheName = (change: Change): string =>
  JSON.stringify('user' in change ? { ...change, user: '' } : { ...change, account: '' });

/** Of calls and of changes between two looks at whether they are still wanted. */
const PORTION = { calls: 50, changes: 500 };

/**
 * Changes in their order, in parts: at Slurm's pace each takes half a minute, and some minutes where every single one of
 * them has to be tried alone.
 */
export function portionsOf(changes: readonly Change[], most: number): Change[][] {
  const portions: { calls: number; changes: Change[] }[] = [];
  for (const { changes: alike } of groupsOf(changes, most)) {
    const last = portions.at(-1);
    const fits = last && last.calls < PORTION.calls && last.changes.length + alike.length <= PORTION.changes;
    if (fits) {
      last.calls += 1;
      last.changes.push(...alike);
    } else portions.push({ calls: 1, changes: [...alike] });
  }
  return portions.map((portion) => portion.changes);
}

/**
 * Changes that were written in the company of others and don't show: one of them may have kept back all, as a member
 * whose jobs run does where several are removed. What a later change undid is not among them.
 *
 * @param isShown whether a change shows in what was read back
 */
export function heldBack(calls: readonly WriteCall[], isShown: (change: Change) => boolean): Change[] {
  const changes = calls.flatMap((call) => call.changes);
  const last = new Map(changes.map((change) => [placeOf(change), change]));
  return calls
    .filter((call) => call.changes.length > 1)
    .flatMap((call) => call.changes)
    .filter((change) => last.get(placeOf(change)) === change && !isShown(change));
}

/** What of the scheduler a change is about. */
function placeOf(change: Change): string {
  if ('user' in change) return `member ${change.account} ${change.user}`;
  return `${change.kind === 'set-limit' ? 'limit' : 'lock'} ${change.account}`;
}
