import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApiWorld, type ApiWorld, type Person } from '../testing/api-world.ts';
import { numberAt } from '../testing/test-client.ts';
import { MOST_TEAMS } from './open-teams.ts';

let world: ApiWorld;
let founder: Person;
const teams: number[] = [];

const found = (name: string) => founder.client.post('/users/teams/', { name });

beforeAll(async () => {
  world = await startApiWorld();
  founder = await world.person();
  for (let made = 0; made < MOST_TEAMS; made += 1)
    teams.push(numberAt((await found(`team ${made}`)).body, 'id'));
}, 60_000);
afterAll(() => world.close());

describe('a person in as many teams as one can be', () => {
  it('is let into no other, by itself or by others, and leaves nothing behind', async () => {
    expect((await found('one more')).status).toBe(403);
    const other = await world.person();
    const team = numberAt((await other.client.post('/users/teams/', { name: 'one more' })).body, 'id');
    const body = { team, user: founder.id, role: 'MB' };
    const refused = await other.client.post('/users/memberships/', body);
    expect(refused).toMatchObject({ status: 403, body: { errors: { user: [expect.any(String)] } } });
  });

  it('is let into another once a team is deleted', async () => {
    expect((await founder.client.delete(`/users/teams/${teams[0]}/`)).status).toBe(204);
    expect((await found('instead')).status).toBe(201);
    expect((await found('one more yet')).status).toBe(403);
  });

  it('can be renamed, and its account closed and opened', async () => {
    const path = `/users/users/${founder.id}/`;
    for (const change of [{ username: 'renamed' }, { is_active: false }, { is_active: true }])
      expect((await world.admin.patch(path, change)).status).toBe(200);
    expect((await world.admin.patch(path, { username: 'again', is_active: false })).status).toBe(200);
  });
});
