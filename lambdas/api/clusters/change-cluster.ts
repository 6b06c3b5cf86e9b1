import { resources } from '@keystone/shared/contracts/rest/operations.ts';
import { readMany } from '@keystone/shared/store/table/control-reader.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import type { JsonObject } from '../http/json-body.ts';
import { badField, notAllowed } from '../http/refusals.ts';
import { writtenFields } from '../resources/body-fields.ts';
import type { Write } from '../resources/write.ts';

export async function createCluster(write: Write, body: JsonObject): Promise<Stored<'cluster'>> {
  if (!write.actor.is_staff) throw notAllowed('Only staff adds clusters.');
  const fields = writtenFields(resources.clusters, resources.clusters.create, body);
  await refuseUnknownTeams(write, fields.access_teams);
  return write.uow.create('cluster', { ...fields, access_teams: sorted(fields.access_teams) });
}

/** Whatever changes may lock or open accounts there, so the cluster gets a new policy. */
export async function changeCluster(
  write: Write,
  cluster: Stored<'cluster'>,
  body: JsonObject,
): Promise<Stored<'cluster'>> {
  const fields = writtenFields(resources.clusters, resources.clusters.update, body);
  const known = cluster.fields.access_teams;
  await refuseUnknownTeams(
    write,
    (fields.access_teams ?? []).filter((team) => !known.includes(team)),
  );
  const changed = await write.uow.update(cluster, {
    name: fields.name ?? cluster.fields.name,
    description: fields.description === undefined ? cluster.fields.description : fields.description,
    enabled: fields.enabled ?? cluster.fields.enabled,
    access_mode: fields.access_mode ?? cluster.fields.access_mode,
    access_teams: sorted(fields.access_teams ?? cluster.fields.access_teams),
  });
  emitPolicy(write, cluster.fields.id);
  return changed;
}

/** Hides a cluster and locks its accounts; what was charged on it stays. */
export async function removeCluster(write: Write, cluster: Stored<'cluster'>): Promise<void> {
  write.uow.remove(await write.uow.update(cluster, { enabled: false }));
  emitPolicy(write, cluster.fields.id);
}

const emitPolicy = ({ uow }: Write, cluster: number) =>
  uow.emit({ type: 'policy', cluster, cid: uow.actor.cid });

const sorted = (ids: readonly number[]) => [...new Set(ids)].sort((a, b) => a - b);

async function refuseUnknownTeams({ uow }: Write, teams: readonly number[]): Promise<void> {
  const known = await readMany(uow.table, 'team', teams);
  const unknown = teams.find((team) => known.get(team)?.hidden !== false);
  if (unknown !== undefined) throw badField('access_teams', `there is no team ${unknown}`);
}
