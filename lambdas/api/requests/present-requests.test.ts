import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { readChildren } from '@keystone/shared/store/lists/children-reader.ts';
import { tappedClient } from '@keystone/shared/store/testing/tapped-client.ts';
import { startApiWorld, type ApiWorld } from '../testing/api-world.ts';
import { teamWorld, type TeamWorld } from '../testing/team-world.ts';
import { presentRequests } from './present-requests.ts';

let world: ApiWorld;
let team: TeamWorld;
beforeAll(async () => {
  world = await startApiWorld();
  team = await teamWorld(world);
  for (let made = 0; made < 4; made++) await team.ask();
});
afterAll(() => world.close());

it('takes as many calls for many requests as for one', async () => {
  let calls = 0;
  const client = tappedClient(world.tables.control.client, (_command, perform) => {
    calls += 1;
    return perform();
  });
  const deps = { ...world.deps, control: { ...world.tables.control, client } };
  const requests = await readChildren(world.tables.control, 'team', team.team, 'request');
  const callsFor = async (count: number) => {
    calls = 0;
    const shown = await presentRequests(deps, requests.slice(0, count));
    expect(shown.map(({ _allocations }) => _allocations.length)).toEqual(Array(count).fill(1));
    return calls;
  };
  const one = await callsFor(1);
  await expect(callsFor(4)).resolves.toBe(one);
  client.destroy();
});
