import { readChildrenOf } from '@keystone/shared/store/lists/children-reader.ts';
import { gatherReads, type ItemSource } from '@keystone/shared/store/table/gathered-reads.ts';
import { readHistories } from '@keystone/shared/store/lists/history-reader.ts';
import type { Stored } from '@keystone/shared/store/table/records.ts';
import { listKind } from '@keystone/shared/store/lists/list-kind.ts';
import { exactIds, type ListQuery } from '../lists/list-query.ts';
import { actorsIn, historyOf } from '../presenting/histories.ts';
import { readReferenced } from '../presenting/referenced.ts';
import { teamSummary, userSummary } from '../presenting/summaries.ts';
import type { ApiRequest } from '../resources/api-request.ts';
import type { ResourceService } from '../resources/resource-service.ts';
import { changeMembership, createMembership, removeMembership } from './change-membership.ts';

export const membershipService: ResourceService<'membership'> = {
  kind: 'membership',
  name: 'memberships',
  teamOf: ({ team }) => team,
  ownerOf: ({ user }) => user,
  visible: async (request, query) => {
    const records = await readMemberships(request, query);
    const teams = await readReferenced(
      request.deps.control,
      'team',
      records.map(({ fields }) => fields.team),
    );
    return records.filter(({ fields }) => teams.isOpen(fields.team));
  },
  rows: async ({ deps }, records, query) => {
    const words = query.search === undefined ? [] : await wordsOf(deps.control, records);
    return records.map(({ fields: { id, role, team, user } }, index) => ({
      values: { id, role, team, user },
      words: words[index] ?? [],
    }));
  },
  present: async ({ deps }, records) => {
    const reads = gatherReads(deps.control);
    const [{ users, teams }, histories] = await Promise.all([
      readReferences(reads, records),
      readHistories(deps.control, records),
    ]);
    const actors = await readReferenced(reads, 'user', actorsIn(histories));
    return records.map(({ fields: { id, role, user, team } }, index) => ({
      id,
      _user: userSummary(users.get(user)),
      _team: teamSummary(teams.get(team)),
      _history: historyOf(histories[index], actors),
      role,
      user,
      team,
    }));
  },
  create: createMembership,
  update: changeMembership,
  remove: removeMembership,
};

/** A team's are read from its edges, a person's from its list. */
async function readMemberships(request: ApiRequest, query: ListQuery): Promise<Stored<'membership'>[]> {
  const { control } = request.deps;
  const children = async (parent: 'team' | 'user', ids: readonly number[]) =>
    [...(await readChildrenOf(control, parent, ids, 'membership')).values()].flat();
  for (const parent of ['team', 'user'] as const) {
    const ids = exactIds(query, parent);
    if (ids) return children(parent, ids);
  }
  return listKind(control, 'membership');
}

async function readReferences(source: ItemSource, records: readonly Stored<'membership'>[]) {
  const [users, teams] = await Promise.all([
    readReferenced(
      source,
      'user',
      records.map(({ fields }) => fields.user),
    ),
    readReferenced(
      source,
      'team',
      records.map(({ fields }) => fields.team),
    ),
  ]);
  return { users, teams };
}

async function wordsOf(source: ItemSource, records: readonly Stored<'membership'>[]): Promise<string[][]> {
  const { users, teams } = await readReferences(source, records);
  return records.map(({ fields: { user, team } }) => [
    userSummary(users.get(user)).display_name,
    users.get(user).username,
    teams.get(team).name,
    teams.get(team).slug,
  ]);
}
