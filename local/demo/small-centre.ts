import { ApiSession } from './api-session.ts';
import { DEMO_PAST_DAYS, type DemoCluster } from './demo-clusters.ts';

/** Password of the people in the demo centre, which exists on this machine's loopback only. */
export const DEMO_PASSWORD = 'look-around-2026';

const people = [
  {
    username: 'ada',
    first_name: 'Ada',
    last_name: 'Lovelace',
    email: 'ada@example.org',
    department: 'Chemistry',
  },
  {
    username: 'grace',
    first_name: 'Grace',
    last_name: 'Hopper',
    email: 'grace@example.org',
    department: 'Chemistry',
  },
  {
    username: 'edward',
    first_name: 'Edward',
    last_name: 'Lorenz',
    email: 'edward@example.org',
    department: 'Meteorology',
  },
  {
    username: 'mary',
    first_name: 'Mary',
    last_name: 'Somerville',
    email: 'mary@example.org',
    department: 'Research computing',
  },
] as const;

/** Who can sign in to the small centre, beside the admin. */
export const demoPeople: readonly string[] = people.map(({ username }) => username);

export interface SmallCentre {
  people: { username: string; is: string }[];
  clusters: Record<DemoCluster, number>;
  staff: ApiSession;
}

/** Days from today, as YYYY-MM-DD. */
const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

/**
 * Fills an empty deployment with a small centre to look at: people, teams, clusters and requests in every state, made
 * through the API as staff and members would. Usage comes from the clusters' agents (demo-agents.ts).
 *
 * @returns who to sign in as, and why; the clusters; a session of staff
 */
export async function makeSmallCentre(url: string, adminPassword: string): Promise<SmallCentre> {
  const admin = await ApiSession.signIn(url, 'admin', adminPassword);
  for (const person of people)
    await admin.create('/users/users/', {
      ...person,
      password: DEMO_PASSWORD,
      is_staff: person.username === 'mary',
    });
  const ada = await ApiSession.signIn(url, 'ada', DEMO_PASSWORD);
  const edward = await ApiSession.signIn(url, 'edward', DEMO_PASSWORD);
  const mary = await ApiSession.signIn(url, 'mary', DEMO_PASSWORD);

  const chemistry = await ada.create('/users/teams/', { name: 'Quantum Chemistry' });
  const climate = await edward.create('/users/teams/', { name: 'Climate' });
  await ada.create('/users/memberships/', { user: await idOf(admin, 'grace'), team: chemistry, role: 'MB' });
  const aurora = await mary.create('/allocations/clusters/', {
    name: 'aurora',
    description: 'General CPU nodes',
  });
  const nova = await mary.create('/allocations/clusters/', { name: 'nova', description: 'GPU nodes' });

  const ask = async (who: ApiSession, team: number, title: string, asked: Record<number, number>) => {
    const description = `${title}: what we plan to run, and how the figures were estimated from last term's jobs.`;
    const request = await who.create('/allocations/requests/', { title, description, team });
    const allocations: number[] = [];
    for (const [cluster, requested] of Object.entries(asked))
      allocations.push(
        await who.create('/allocations/allocations/', { request, cluster: Number(cluster), requested }),
      );
    return { request, allocations };
  };
  const catalysts = await ask(ada, chemistry, 'Catalyst screening', { [aurora]: 120_000, [nova]: 8_000 });
  await ask(ada, chemistry, 'Excited states of porphyrins', { [nova]: 15_000 });
  const ensemble = await ask(edward, climate, 'Regional ensemble 2027', { [aurora]: 400_000 });
  const forecasts = await ask(edward, climate, 'Seasonal forecasts', { [aurora]: 40_000 });
  const reanalysis = await ask(edward, climate, 'Reanalysis of the 1990s', { [aurora]: 60_000 });

  const decide = (request: number, body: Record<string, unknown>) =>
    mary.call('POST', `/allocations/requests/${request}/decision/`, body);
  const period = { active: inDays(-DEMO_PAST_DAYS), expire: inDays(365 - DEMO_PAST_DAYS) };
  const [cpu, gpu] = catalysts.allocations;
  await decide(catalysts.request, {
    status: 'AP',
    awards: [
      { allocation: cpu, awarded: 100_000 },
      { allocation: gpu, awarded: 6_000 },
    ],
    ...period,
    comment: 'Good use of last year’s award.',
  });
  await decide(forecasts.request, {
    status: 'AP',
    awards: [{ allocation: forecasts.allocations[0], awarded: 20_000 }],
    ...period,
    comment: 'Half of it for now: please come back when it is used.',
  });
  await decide(ensemble.request, { status: 'CR', comment: 'Please say how many members the ensemble has.' });
  await decide(reanalysis.request, { status: 'DC', comment: 'The archive holds these runs already.' });
  return {
    people: [
      { username: 'ada', is: 'owner of Quantum Chemistry' },
      { username: 'grace', is: 'member of Quantum Chemistry' },
      { username: 'edward', is: 'owner of Climate' },
      { username: 'mary', is: 'staff' },
    ],
    clusters: { aurora, nova },
    staff: mary,
  };
}

async function idOf(session: ApiSession, username: string): Promise<number> {
  const found = await session.call('GET', `/users/users/?username=${username}`);
  const results: unknown =
    typeof found === 'object' && found !== null && 'results' in found ? found.results : [];
  const [first]: unknown[] = Array.isArray(results) ? results : [];
  if (typeof first === 'object' && first !== null && 'id' in first && typeof first.id === 'number')
    return first.id;
  throw new Error(`the demo found no user ${username}`);
}
