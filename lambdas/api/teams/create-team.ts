import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import { isMemberName, slugOf } from '@keystone/shared/domain/names.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import type { JsonObject } from '../http/json-body.ts';
import { badField, Refusal } from '../http/refusals.ts';
import { joinOneMore } from '../memberships/open-teams.ts';
import { writtenFields } from '../resources/body-fields.ts';
import type { Write } from '../resources/write.ts';

/** Founds a team. Its slug is its account on the schedulers for good, and whoever founds it is its owner. */
export async function createTeam(write: Write, body: JsonObject): Promise<Stored<'team'>> {
  const { uow, actor } = write;
  const { name, is_active } = writtenFields(resources.teams, resources.teams.create, body);
  const slug = slugOf(name);
  if (slug === undefined) throw badField('name', 'gives no account name that a scheduler can carry');
  if (!isMemberName(actor.username))
    throw new Refusal(
      'not-allowed',
      `Clusters can't carry the name ${actor.username}; ask staff for another.`,
    );
  await joinOneMore(write, actor.id);
  const team = await uow.create('team', { name, slug, is_active });
  const { id: user, username, is_active: active } = actor;
  await uow.create('membership', { user, team: team.fields.id, role: 'OW', username, active });
  return team;
}
