import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import type { JsonObject } from '../http/json-body.ts';
import { writtenFields } from '../resources/body-fields.ts';
import type { Write } from '../resources/write.ts';
import { emitTeamPolicies } from './emit-team-policies.ts';

/** Closes or opens a team: a closed one is locked on every cluster. */
export async function changeTeam(
  write: Write,
  team: Stored<'team'>,
  body: JsonObject,
): Promise<Stored<'team'>> {
  const { is_active = team.fields.is_active } = writtenFields(resources.teams, resources.teams.update, body);
  const changed = await write.uow.update(team, { is_active });
  if (is_active !== team.fields.is_active) emitTeamPolicies(write, team.fields.id);
  return changed;
}

/** Closes a team for good and hides it; what it used stays charged, and its account name stays taken. */
export async function removeTeam(write: Write, team: Stored<'team'>): Promise<void> {
  write.uow.remove(await write.uow.update(team, { is_active: false }));
  emitTeamPolicies(write, team.fields.id);
}
