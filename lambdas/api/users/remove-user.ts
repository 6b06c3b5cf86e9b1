import type { Stored } from '@keystone/shared/store/table/records.ts';
import { keepAnOwner } from '../memberships/keep-an-owner.ts';
import { readOpenTeams } from '../memberships/open-teams.ts';
import type { Write } from '../resources/write.ts';
import { emitTeamPolicies } from '../teams/emit-team-policies.ts';

/** Closes an account: it leaves its teams and can't sign in; what it did and used stays told under its name. */
export async function removeUser(write: Write, user: Stored<'user'>): Promise<void> {
  const { uow, now } = write;
  for (const { membership, team } of await readOpenTeams(uow.table, user.fields.id)) {
    const record = await uow.get('membership', membership);
    if (!record) continue;
    await keepAnOwner(write, record);
    uow.remove(record);
    emitTeamPolicies(write, team);
  }
  uow.remove(await uow.update(user, { is_active: false, sessions_from: now }));
}
