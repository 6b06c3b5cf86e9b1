import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startApiWorld, type ApiWorld, type Person } from '../testing/api-world.ts';
import { at, numberAt } from '../testing/test-client.ts';

let world: ApiWorld;
let owner: Person;
let cluster: number;
let team: number;

beforeAll(async () => {
  world = await startApiWorld();
  owner = await world.person({ username: 'olivia' });
  cluster = numberAt((await world.admin.post('/allocations/clusters/', { name: 'alpha' })).body, 'id');
  team = numberAt((await owner.client.post('/users/teams/', { name: 'Chemistry' })).body, 'id');
});
afterAll(() => world.close());

async function ask(requested = 1000) {
  const request = await owner.client.post('/allocations/requests/', {
    title: 'Time on alpha',
    description: 'for molecules',
    team,
  });
  const id = numberAt(request.body, 'id');
  const allocation = await owner.client.post('/allocations/allocations/', {
    request: id,
    cluster,
    requested,
  });
  return { id, allocation: numberAt(allocation.body, 'id') };
}

describe('deciding a request', () => {
  it('places the award on the cluster and owes it a policy', async () => {
    const { id, allocation } = await ask();
    world.sent();
    const decided = await world.admin.post(`/allocations/requests/${id}/decision/`, {
      status: 'AP',
      awards: [{ allocation, awarded: 500 }],
      active: '2026-11-24',
      expire: '2027-11-24',
      comment: 'fine',
    });
    expect(decided).toMatchObject({
      status: 200,
      body: {
        dry_run: false,
        status_before: 'PD',
        request: { id, status: 'AP', active: '2026-11-24', _allocations: [{ awarded: 500, final: null }] },
        effects: [{ cluster, account: 'chemistry', entitled_before: 0, entitled_after: 1_800_000 }],
      },
    });
    expect(world.sent().map((body) => at(JSON.parse(body), 'cluster'))).toEqual([cluster]);
  });
});
