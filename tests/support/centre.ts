import * as z from 'zod';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import type { StackProcess } from './stack-process.ts';

export const MEMBER_PASSWORD = 'another-password-for-tests';

const chargeListSchema = z.object({
  count: z.int(),
  results: z.array(
    z.object({ job_id_raw: z.int(), charge: z.int(), account: z.string(), submit: z.string() }),
  ),
});
const balanceListSchema = z.object({
  results: z.array(
    z.object({
      account: z.string(),
      cluster: z.int(),
      entitled: z.int(),
      used: z.int(),
      remaining: z.int(),
      jobs: z.int(),
    }),
  ),
});

/** A person who may sign in. @returns the user's id */
export function addPerson(staff: ApiSession, username: string): Promise<number> {
  return staff.create('/users/users/', {
    username,
    password: MEMBER_PASSWORD,
    first_name: username,
    last_name: 'Tester',
  });
}

/** A team of its owner's making, with further members. @returns the team's id */
export async function addTeam(
  stack: StackProcess,
  owner: string,
  name: string,
  members: readonly number[],
): Promise<number> {
  const session = await stack.signIn(owner, MEMBER_PASSWORD);
  const team = await session.create('/users/teams/', { name });
  for (const user of members) await session.create('/users/memberships/', { user, team, role: 'MB' });
  return team;
}

/** Asks for time and awards it, without a browser. @returns ids, for later decisions */
export async function awardTime(
  staff: ApiSession,
  team: number,
  cluster: number,
  serviceUnits: number,
): Promise<{ request: number; allocation: number }> {
  const request = await staff.create('/allocations/requests/', {
    title: 'Time',
    description: 'For the tests.',
    team,
  });
  const allocation = await staff.create('/allocations/allocations/', {
    request,
    cluster,
    requested: serviceUnits,
  });
  const today = new Date().toISOString().slice(0, 10);
  await staff.call('POST', `/allocations/requests/${request}/decision/`, {
    status: 'AP',
    awards: [{ allocation, awarded: serviceUnits }],
    active: today,
  });
  return { request, allocation };
}

/** Charges of the last days. */
export async function chargesOf(session: ApiSession, cluster: number, account: string) {
  const day = (shift: number) => new Date(Date.now() + shift * 86_400_000).toISOString().slice(0, 10);
  const query = new URLSearchParams({
    cluster: String(cluster),
    account,
    from: day(-2),
    to: day(1),
    _limit: '1000',
  });
  return chargeListSchema.parse(await session.call('GET', `/usage/charges/?${query}`)).results;
}

export async function balanceOf(session: ApiSession, cluster: number, account: string) {
  const { results } = balanceListSchema.parse(
    await session.call('GET', `/usage/balances/?cluster=${cluster}`),
  );
  return results.find((balance) => balance.account === account);
}
