import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { ADMIN_PASSWORD, type BenchStack } from '../stack/bench-stack.ts';

const TEAMS = 8;
const REQUESTS_OF_TEAM = 4;

/** Fills a stack with what a small centre's pages show. @returns the id of a request that was approved */
export async function fillSite(stack: BenchStack): Promise<number> {
  const { staff } = stack;
  const cluster = await staff.create('/allocations/clusters/', { name: 'aurora', description: 'CPU nodes' });
  let approved = 0;
  for (let index = 0; index < TEAMS; index++) {
    const username = `owner${index}`;
    const person = {
      username,
      password: ADMIN_PASSWORD,
      first_name: 'Ada',
      last_name: `Lovelace the ${index}`,
    };
    await staff.create('/users/users/', person);
    const owner = await stack.signIn(username, ADMIN_PASSWORD);
    const team = await owner.create('/users/teams/', { name: `Team ${index}` });
    for (let at = 0; at < REQUESTS_OF_TEAM; at++) {
      const asked = await askForTime(owner, team, cluster);
      if (at > 0) continue;
      approved = asked.request;
      await staff.call('POST', `/allocations/requests/${asked.request}/decision/`, {
        status: 'AP',
        awards: [{ allocation: asked.allocation, awarded: 5_000 }],
        active: new Date().toISOString().slice(0, 10),
      });
    }
  }
  return approved;
}

async function askForTime(owner: ApiSession, team: number, cluster: number) {
  const request = await owner.create('/allocations/requests/', {
    title: 'Catalyst screening',
    description: 'What we plan to run, and how the figures were estimated from last term’s jobs.',
    team,
  });
  const wanted = { request, cluster, requested: 10_000 };
  return { request, allocation: await owner.create('/allocations/allocations/', wanted) };
}
