import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readTeamMembers } from '@keystone/shared/store/table/control-reader.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { once } from '../testing/meeting-point.ts';
import { approval, teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { at, numberAt, type TestClient } from '../testing/test-client.ts';

let world: ApiWorld;
let team: TeamWorld;

beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  team = await teamWorld(world);
});

/** Staff changes a person, and before the change is committed the person joins the team. */
async function changeWhileJoining(change: (client: typeof world.admin) => Promise<{ status: number }>) {
  let joined = false;
  const handlers = world.interrupted(async () => {
    if (joined) return;
    joined = true;
    const body = { team: team.team, user: team.stranger.id, role: 'MB' };
    expect((await team.owner.client.post('/users/memberships/', body)).status).toBe(201);
  });
  const answer = await change(world.admin.through(handlers));
  const members = await readTeamMembers(world.deps.control, team.team);
  return { answer, member: members.find(({ user }) => user === team.stranger.id) };
}

describe('a person who joins a team at the moment that staff', () => {
  const path = () => `/users/users/${team.stranger.id}/`;

  it('renames it is a member under the new name', async () => {
    const username = `late${team.team}`;
    const { answer, member } = await changeWhileJoining((staff) => staff.patch(path(), { username }));
    expect(answer.status).toBe(200);
    expect(member).toMatchObject({ username });
  });

  it('closes its account may start nothing on the clusters of the team', async () => {
    const { answer, member } = await changeWhileJoining((staff) => staff.patch(path(), { is_active: false }));
    expect(answer.status).toBe(200);
    expect(member).toMatchObject({ active: false });
  });

  it('deletes it is no member', async () => {
    const { answer, member } = await changeWhileJoining((staff) => staff.delete(path()));
    expect(answer.status).toBe(204);
    expect(member).toBeUndefined();
  });
});

describe('a person who founds a team at the moment that staff', () => {
  it('renames it owns it under the new name', async () => {
    const { id, client } = team.stranger;
    let founded: number | undefined;
    const handlers = world.interrupted(async () => {
      founded ??= numberAt((await client.post('/users/teams/', { name: `new${team.team}` })).body, 'id');
    });
    const username = `founder${team.team}`;
    await world.admin.through(handlers).patch(`/users/users/${id}/`, { username });
    const members = await readTeamMembers(world.deps.control, founded ?? 0);
    expect(members).toMatchObject([{ user: id, username }]);
  });
});

describe('the first award of a team on a cluster, placed at the moment that', () => {
  it.each<[string, () => Parameters<TestClient['call']>]>([
    ['a member is removed', () => ['DELETE', `/users/memberships/${team.memberships.member}/`]],
    ['the team is closed', () => ['PATCH', `/users/teams/${team.team}/`, { is_active: false }]],
  ])('%s, is followed by another policy', async (_, change) => {
    const { request, allocation } = await team.ask();
    const award = once(async () => {
      expect((await team.decide(request, approval(allocation))).status).toBe(200);
      world.sent();
    });
    const answer = await world.admin.through(world.interrupted(award)).call(...change());
    expect(answer.status).toBeLessThan(300);
    expect(world.sent().map((body) => at(JSON.parse(body), 'cluster'))).toEqual([team.cluster]);
  });
});
