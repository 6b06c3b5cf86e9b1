import { readTeamMembers } from '@keystone/shared/store/table/control-reader.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import { Refusal } from '../http/refusals.ts';
import type { Write } from '../resources/write.ts';

/**
 * Refuses to take an owner from a team that has no other who is active. The other owner's membership is read through
 * the unit of work: where it changes before the commit, the commit fails, so two owners can't both leave.
 *
 * @throws Refusal last-owner
 */
export async function keepAnOwner({ uow }: Write, leaving: Stored<'membership'>): Promise<void> {
  const { id, team, role } = leaving.fields;
  if (role !== 'OW') return;
  for (const member of await readTeamMembers(uow.table, team)) {
    if (member.membership === id || member.role !== 'OW') continue;
    const other = await uow.get('membership', member.membership);
    if (other?.fields.role === 'OW' && other.fields.active) return;
  }
  const name = (await uow.get('team', team))?.fields.name ?? `team ${team}`;
  throw new Refusal('last-owner', `This is the last owner of ${name}. Make another member owner first.`, {
    errors: { role: ['the team would be left without an owner'] },
  });
}
