import { readUserTeams, type TeamOfUser } from '@keystone/shared/store/lists/children-reader.ts';
import { readMany } from '@keystone/shared/store/table/control-reader.ts';
import type { ControlTable } from '@keystone/shared/store/table/tables.ts';
import { Refusal } from '../http/refusals.ts';
import type { Write } from '../resources/write.ts';

/**
 * Most teams that one person is in. Closing or renaming an account writes three items for each of its teams, and has
 * to fit one transaction: no account may become one that can't be closed.
 */
export const MOST_TEAMS = 30;

/** A person's memberships in teams that were not deleted; of a deleted team nothing has to be carried on. */
export async function readOpenTeams(table: ControlTable, user: number): Promise<TeamOfUser[]> {
  const all = await readUserTeams(table, user);
  const teams = await readMany(
    table,
    'team',
    all.map(({ team }) => team),
  );
  return all.filter(({ team }) => teams.get(team)?.hidden === false);
}

/**
 * Lets a person into one more team. Of two who do so at once one starts over, so the count holds.
 *
 * @throws Refusal not-allowed where the person is in as many teams as one can be
 */
export async function joinOneMore({ uow }: Write, user: number): Promise<void> {
  uow.touch('user', user);
  if ((await readOpenTeams(uow.table, user)).length >= MOST_TEAMS)
    throw new Refusal(
      'not-allowed',
      `A person is in ${MOST_TEAMS} teams at most, and user ${user} is. Leave or delete one first.`,
      { errors: { user: [`is in ${MOST_TEAMS} teams already`] } },
    );
}
