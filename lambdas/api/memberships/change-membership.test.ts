import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readTeamMembers } from '@keystone/shared/store/table/control-reader.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { meetingPoint } from '../testing/meeting-point.ts';
import { teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { at, numberAt } from '../testing/test-client.ts';

let world: ApiWorld;
let team: TeamWorld;
beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  team = await teamWorld(world);
});

const members = async () => readTeamMembers(world.deps.control, team.team);
const owners = async () => (await members()).filter(({ role }) => role === 'OW');
const clustersSent = () => world.sent().map((body) => at(JSON.parse(body), 'cluster'));
const ownerMembership = async () => (await owners())[0]?.membership ?? 0;

async function award() {
  const { request, allocation } = await team.ask();
  const awards = [{ allocation, awarded: 5 }];
  await team.decide(request, { status: 'AP', awards, active: '2026-11-24' });
  world.sent();
}

describe('the last owner', () => {
  it('cannot leave, be made less, or be deleted', async () => {
    const path = `/users/memberships/${await ownerMembership()}/`;
    for (const client of [team.owner.client, world.admin]) {
      expect((await client.delete(path)).status).toBe(409);
      expect((await client.patch(path, { role: 'AD' })).status).toBe(409);
      expect((await client.delete(`/users/users/${team.owner.id}/`)).status).toBe(409);
    }
    await expect(owners()).resolves.toHaveLength(1);
  });

  it('leaves when another has become owner, and one who is closed is no other', async () => {
    const path = `/users/memberships/${await ownerMembership()}/`;
    await team.owner.client.patch(`/users/memberships/${team.memberships.admin}/`, { role: 'OW' });
    await world.admin.patch(`/users/users/${team.admin.id}/`, { is_active: false });
    expect((await team.owner.client.delete(path)).status).toBe(409);
    await world.admin.patch(`/users/users/${team.admin.id}/`, { is_active: true });
    expect((await team.owner.client.delete(path)).status).toBe(204);
  });

  it.each(['leaves', 'is made less', 'is deleted'])('stays where each of two %s at once', async (how) => {
    await team.owner.client.patch(`/users/memberships/${team.memberships.admin}/`, { role: 'OW' });
    const handlers = world.interrupted(meetingPoint(2));
    const pairs = [
      { person: team.owner, membership: await ownerMembership() },
      { person: team.admin, membership: team.memberships.admin },
    ];
    const answers = await Promise.all(
      pairs.map(({ person, membership }) => {
        const client = person.client.through(handlers);
        if (how === 'is deleted') return client.delete(`/users/users/${person.id}/`);
        const path = `/users/memberships/${membership}/`;
        return how === 'leaves' ? client.delete(path) : client.patch(path, { role: 'MB' });
      }),
    );
    expect(answers.map(({ status }) => status).filter((status) => status === 409)).toHaveLength(1);
    await expect(owners()).resolves.toHaveLength(1);
  });
});

describe('a membership', () => {
  it('carries its person to the clusters of the team, and away from them', async () => {
    await award();
    const { id } = await world.person();
    world.sent();
    const body = { team: team.team, user: id, role: 'MB' };
    const membership = numberAt((await team.owner.client.post('/users/memberships/', body)).body, 'id');
    expect(clustersSent()).toEqual([team.cluster]);
    await team.admin.client.delete(`/users/memberships/${membership}/`);
    expect(clustersSent()).toEqual([team.cluster]);
    expect((await members()).map(({ user }) => user)).not.toContain(id);
  });

  it('is one for each person and team', async () => {
    const body = { team: team.team, user: team.member.id, role: 'AD' };
    const twice = await team.owner.client.post('/users/memberships/', body);
    expect(twice).toMatchObject({ status: 400, body: { errors: { user: expect.anything() } } });
  });

  it('keeps its person and its team', async () => {
    const path = `/users/memberships/${team.memberships.member}/`;
    const whole = { role: 'AD', user: team.member.id, team: team.team };
    expect((await team.owner.client.call('PUT', path, whole)).status).toBe(200);
    const moved = await team.owner.client.call('PUT', path, { ...whole, user: team.stranger.id });
    expect(moved).toMatchObject({ status: 400, body: { errors: { user: expect.anything() } } });
    expect((await team.owner.client.call('PUT', path, {})).status).toBe(400);
  });

  it('is refused for whom or what does not exist, by name', async () => {
    const user = await team.owner.client.post('/users/memberships/', {
      team: team.team,
      user: 999_999,
      role: 'MB',
    });
    expect(user).toMatchObject({ status: 400, body: { errors: { user: expect.anything() } } });
    const none = await world.admin.post('/users/memberships/', { team: 999_999, user: 1, role: 'MB' });
    expect(none).toMatchObject({ status: 400, body: { errors: { team: expect.anything() } } });
  });
});

describe('a person of a team', () => {
  it('takes a new name or a closed account to the team and its clusters', async () => {
    await award();
    await world.admin.patch(`/users/users/${team.member.id}/`, { username: `renamed${team.team}` });
    expect(clustersSent()).toEqual([team.cluster]);
    await world.admin.patch(`/users/users/${team.member.id}/`, { is_active: false });
    expect(clustersSent()).toEqual([team.cluster]);
    const found = (await members()).find(({ user }) => user === team.member.id);
    expect(found).toMatchObject({ username: `renamed${team.team}`, active: false });
  });

  it('can be found under its new name alone', async () => {
    await world.admin.patch(`/users/users/${team.member.id}/`, { username: `other${team.team}` });
    expect((await world.visitor().signIn(`other${team.team}`, 'a long enough password')).status).toBe(200);
    expect((await world.visitor().signIn(team.member.username, 'a long enough password')).status).toBe(401);
  });

  it('leaves its teams with its account', async () => {
    await award();
    expect((await world.admin.delete(`/users/users/${team.member.id}/`)).status).toBe(204);
    expect(clustersSent()).toEqual([team.cluster]);
    expect((await members()).map(({ user }) => user)).not.toContain(team.member.id);
  });
});

describe('a team', () => {
  it('locks and unlocks its accounts with its flag, and hides when it is deleted', async () => {
    await award();
    const path = `/users/teams/${team.team}/`;
    await team.owner.client.patch(path, { is_active: false });
    expect(clustersSent()).toEqual([team.cluster]);
    expect((await world.admin.get(`/usage/balances/?team=${team.team}`)).body).toMatchObject({
      results: [{ locked: true }],
    });
    await team.owner.client.delete(path);
    expect(clustersSent()).toEqual([team.cluster]);
    expect((await world.admin.get(path)).status).toBe(404);
    expect((await world.admin.get('/authentication/whoami/')).status).toBe(200);
    expect((await team.owner.client.get('/authentication/whoami/')).body).toMatchObject({ _membership: [] });
  });

  it('keeps its account name for good', async () => {
    await team.owner.client.delete(`/users/teams/${team.team}/`);
    const again = await team.owner.client.post('/users/teams/', { name: team.slug });
    expect(again).toMatchObject({ status: 400, body: { errors: { name: expect.anything() } } });
  });

  it.each(['123', '!!!', 'root', 'a'.repeat(33), ' ', 'x\u0007y'])(
    'is refused under the name %j',
    async (name) => {
      const refused = await team.owner.client.post('/users/teams/', { name });
      expect(refused).toMatchObject({ status: 400, body: { errors: { name: expect.anything() } } });
    },
  );
});
