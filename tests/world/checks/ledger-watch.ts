import type { Item } from '../store/expressions.ts';
import type { ItemChange } from '../store/tables.ts';
import type { Violations } from './violations.ts';

/** What one commit moved of an account: by its charges, and in each of the sums that hold them. */
interface Moves {
  charges: number;
  chargeCount: number;
  balance: number;
  balanceCount: number;
  days: number;
  dayCount: number;
  starts: number;
}

const figure = (item: Item | undefined, name: string) => Number(item?.[name]?.N ?? 0);

/** At every commit: charges and all of their sums move alike, and a charge's word never gives way to an older one. */
export function watchLedger(table: string, violations: Violations): (changes: readonly ItemChange[]) => void {
  return (changes) => {
    const accounts = new Map<string, Moves>();
    for (const change of changes) {
      if (change.table !== table) continue;
      if (change.pk.startsWith('CHG#') && change.sk === 'A') checkWord(change, violations);
      move(accounts, change);
    }
    for (const [account, moves] of accounts) {
      const { charges, balance, days, starts, chargeCount, balanceCount, dayCount } = moves;
      const even = charges === balance && charges === days && charges === starts;
      if (even && chargeCount === balanceCount && chargeCount === dayCount) continue;
      violations.add('sums move with charges', `${account}: ${JSON.stringify(moves)}`);
    }
  };
}

function checkWord({ pk, before, after }: ItemChange, violations: Violations): void {
  if (!before) return;
  const [was, is] = [wordOf(before), wordOf(after)];
  const older = is.epoch < was.epoch || (is.epoch === was.epoch && is.segment < was.segment);
  if (older || !after)
    violations.add('newest word stands', `${pk} went from ${JSON.stringify(was)} to ${JSON.stringify(is)}`);
}

const wordOf = (item: Item | undefined) => ({
  epoch: figure(item, 'epoch'),
  segment: figure(item, 'segment'),
});

function move(accounts: Map<string, Moves>, { pk, sk, before, after }: ItemChange): void {
  const kind = pk.slice(0, 4);
  const delta = (name: string) => figure(after, name) - figure(before, name);
  if (kind === 'CHG#' && sk === 'A') {
    for (const [item, sign] of [
      [before, -1],
      [after, 1],
    ] as const) {
      if (!item) continue;
      const moves = movesOf(accounts, item);
      moves.charges += sign * figure(item, 'seconds');
      moves.chargeCount += sign;
    }
  } else if (kind === 'BAL#' && sk === 'A') {
    const moves = movesOf(accounts, after ?? before);
    moves.balance += delta('seconds');
    moves.balanceCount += delta('jobs');
  } else if (kind === 'BAL#') {
    const moves = movesOf(accounts, after ?? before);
    for (const name of Object.keys({ ...before, ...after }))
      if (/^d\d\d$/.test(name)) moves.starts += delta(name);
  } else if (kind === 'DAY#') {
    const moves = movesOf(accounts, after ?? before);
    moves.days += delta('seconds');
    moves.dayCount += delta('jobs');
  }
}

function movesOf(accounts: Map<string, Moves>, item: Item | undefined): Moves {
  const name = `${item?.['cluster']?.N} ${item?.['account']?.S}`;
  const none = { charges: 0, chargeCount: 0, balance: 0, balanceCount: 0, days: 0, dayCount: 0, starts: 0 };
  const moves = accounts.get(name) ?? none;
  accounts.set(name, moves);
  return moves;
}
