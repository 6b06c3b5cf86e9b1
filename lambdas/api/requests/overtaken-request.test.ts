import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readEntitlement } from '@keystone/shared/store/table/control-reader.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { numberAt } from '../testing/test-client.ts';

let world: ApiWorld;
let team: TeamWorld;

beforeAll(async () => {
  world = await startApiWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  team = await teamWorld(world);
});

const window = { active: '2026-11-24', expire: '2027-11-24' };

describe('an award that is added to a request at the moment that the request', () => {
  /** What the account holds on a second cluster, on which time is awarded just before the change is committed. */
  async function awardedDuring(change: (client: typeof world.admin, request: number) => Promise<unknown>) {
    const { request, allocation } = await team.ask();
    await team.decide(request, { status: 'AP', awards: [{ allocation, awarded: 10 }], ...window });
    const made = await world.admin.post('/allocations/clusters/', { name: `second ${request}` });
    const cluster = numberAt(made.body, 'id');
    let awarded = false;
    const handlers = world.interrupted(async () => {
      if (awarded) return;
      awarded = true;
      const body = { request, cluster, requested: 5, awarded: 5 };
      expect((await world.admin.post('/allocations/allocations/', body)).status).toBe(201);
    });
    await change(world.admin.through(handlers), request);
    const row = await readEntitlement(world.deps.control, cluster, team.slug);
    return { request, grants: row?.fields.grants };
  }

  it('is declined ends with it, or the decision is refused', async () => {
    const { request, grants } = await awardedDuring((staff, id) =>
      staff.post(`/allocations/requests/${id}/decision/`, { status: 'DC' }),
    );
    const { body } = await world.admin.get(`/allocations/requests/${request}/`);
    expect([body, grants]).toMatchObject([{ status: 'AP' }, [{ withdrawn: null }]]);
  });

  it('is deleted ends with it', async () => {
    const { grants } = await awardedDuring((staff, id) => staff.delete(`/allocations/requests/${id}/`));
    expect(grants).toMatchObject([{ withdrawn: '2026-11-24' }]);
  });
});
