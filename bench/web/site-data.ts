import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { slugOf } from '@keystone/shared/domain/names.ts';
import type { BenchRun } from '../figures/figure.ts';
import { connectDevice } from '../ledger/bench-device.ts';
import { prepareUsage } from '../ledger/prepared-usage.ts';
import { ADMIN_PASSWORD, type BenchStack } from '../stack/bench-stack.ts';
import { PAST_DAYS, yearOfUsage } from './site-usage.ts';

const TEAMS = [
  'Quantum Chemistry',
  'Climate',
  'Genomics',
  'Plasma Physics',
  'Machine Learning',
  'Fluid Dynamics',
  'Cosmology',
  'Materials',
];
const PEOPLE_OF_TEAM = 5;
const TITLES = [
  'Reaction paths of enzyme models',
  'Adsorption on nine hundred candidate surfaces',
  'Ensembles at three kilometres',
  'Structures of forty thousand proteins of soil bacteria',
];
/** What a request says: some paragraphs. */
const DESCRIPTION = `We screen 900 candidate surfaces for the adsorption of small molecules, with two functionals each, and follow the best forty with a method that treats correlation explicitly. The first half of the project showed that a tenth of the surfaces is enough to train the model that chooses the next ones, so the figures below are a third of what we asked for last year.

The estimate comes from last term's jobs: a surface took 11 SU on average and 40 at most, and one in twelve jobs had to be repeated because it did not converge. Input and results stay below 2 TB.`;

/** What a bench of the site looks at. */
export interface SiteData {
  /** An approved request with a year of use. */
  request: number;
  /** The balance that it is part of. */
  usage: { cluster: number; account: string };
  /** User name of an owner of one team. */
  member: string;
}

/** Fills a stack with what a small centre's pages show: eight teams of five, requests in every state, a year of use. */
export async function fillSite(run: BenchRun, stack: BenchStack): Promise<SiteData> {
  const { staff } = stack;
  const device = await connectDevice(run, stack);
  const nova = await staff.create('/allocations/clusters/', { name: 'nova', description: 'GPU nodes' });
  const clusters = [device.cluster, nova];
  const requests: number[] = [];
  for (const [index, name] of TEAMS.entries()) requests.push(await addTeam(stack, name, index, clusters));
  const accounts = TEAMS.map(accountOf);
  await device.send(prepareUsage(yearOfUsage(accounts, new Date())).messages);
  return {
    request: requests[0] ?? 0,
    usage: { cluster: device.cluster, account: accountOf(TEAMS[0] ?? '') },
    member: memberOf(0, 0),
  };
}

const accountOf = (team: string) => slugOf(team) ?? team;
const memberOf = (team: number, at: number) => `person${team}${at}`;

/** A team with its people and requests. @returns the request that was approved */
async function addTeam(
  stack: BenchStack,
  name: string,
  index: number,
  clusters: readonly number[],
): Promise<number> {
  const people: number[] = [];
  for (let at = 0; at < PEOPLE_OF_TEAM; at++) people.push(await addPerson(stack.staff, index, at));
  const owner = await stack.signIn(memberOf(index, 0), ADMIN_PASSWORD);
  const team = await owner.create('/users/teams/', { name });
  for (const user of people.slice(1)) await owner.create('/users/memberships/', { team, user, role: 'MB' });
  let approved = 0;
  for (const [at, title] of TITLES.entries()) {
    const request = await owner.create('/allocations/requests/', { title, description: DESCRIPTION, team });
    const allocations: number[] = [];
    for (const cluster of clusters) {
      const wanted = { request, cluster, requested: 60_000 };
      allocations.push(await owner.create('/allocations/allocations/', wanted));
    }
    await decide(stack.staff, request, decisions[at]?.(allocations));
    if (at === 0) approved = request;
  }
  return approved;
}

const addPerson = (staff: ApiSession, team: number, at: number) =>
  staff.create('/users/users/', {
    username: memberOf(team, at),
    password: ADMIN_PASSWORD,
    first_name: ['Ada', 'Edward', 'Grace', 'Kateryna', 'Vilhelm'][at],
    last_name: `Somerville the ${team + 1}`,
    email: `${memberOf(team, at)}@example.org`,
  });

const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/** By the order of a team's requests; the last one waits. */
const decisions: readonly ((allocations: readonly number[]) => object)[] = [
  (allocations) => ({
    status: 'AP',
    awards: allocations.map((allocation) => ({ allocation, awarded: 50_000 })),
    active: inDays(-PAST_DAYS),
    expire: inDays(120),
  }),
  () => ({ status: 'DC', comment: 'The archive holds these runs already.' }),
  () => ({ status: 'CR', comment: 'Please say how many members the ensemble has.' }),
];

async function decide(staff: ApiSession, request: number, decision: object | undefined): Promise<void> {
  if (decision) await staff.call('POST', `/allocations/requests/${request}/decision/`, decision);
}
