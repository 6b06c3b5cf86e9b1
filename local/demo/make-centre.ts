import { ApiSession } from './api-session.ts';
import { decideDemoRequests, type MadeRequest } from './decide-requests.ts';
import { demoClusterDescriptions, demoClusterNames, type DemoCluster } from './demo-clusters.ts';
import { demoRequests } from './demo-requests.ts';
import { demoStaff, demoTeams, type DemoPerson } from './demo-teams.ts';

/** Password of the people in the demo centre, which exists on this machine's loopback only. */
export const DEMO_PASSWORD = 'look-around-2026';

/** Who sees the centre from which side. */
export const demoGuides: readonly { username: string; is: string }[] = [
  { username: 'grace', is: 'member of Quantum Chemistry' },
  { username: 'ada', is: 'owner of Quantum Chemistry' },
  { username: 'mary', is: 'reviewer, with requests to decide' },
  { username: 'charles', is: 'staff' },
];

/** What the API gave to what was made: ids by name. */
interface Made {
  people: ReadonlyMap<string, number>;
  teams: ReadonlyMap<string, number>;
  clusters: Readonly<Record<DemoCluster, number>>;
}

export interface Centre {
  clusters: Readonly<Record<DemoCluster, number>>;
  staff: ApiSession;
}

/** Signs people in, each once. */
class Doors {
  readonly #open = new Map<string, Promise<ApiSession>>();
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  of(username: string): Promise<ApiSession> {
    const known = this.#open.get(username) ?? ApiSession.signIn(this.#url, username, DEMO_PASSWORD);
    this.#open.set(username, known);
    return known;
  }
}

/**
 * Fills an empty deployment with a centre to look at: forty people, eight teams, two clusters and requests in every state,
 * made through the API as staff and members would, one after the other, so that ids are the same each time. Usage comes
 * from the clusters' agents (demo-agents.ts).
 *
 * @param url of a stack on this machine; another one is refused
 * @returns the clusters, and a session of staff
 */
export async function makeCentre(url: string, adminPassword: string): Promise<Centre> {
  if (!isLocal(url)) throw new Error(`the demo belongs on this machine's loopback, not on ${url}`);
  const doors = new Doors(url);
  const people = await addPeople(await ApiSession.signIn(url, 'admin', adminPassword));
  const staff = await doors.of('charles');
  const teams = await foundTeams(doors, people);
  const clusters = await addClusters(staff);
  const requests = await askForTime(doors, { people, teams, clusters });
  await decideDemoRequests(
    requests,
    await doors.of('mary'),
    (username) => doors.of(username),
    (username) => idIn(people, username),
  );
  return { clusters, staff };
}

const isLocal = (url: string): boolean => ['127.0.0.1', 'localhost', '[::1]'].includes(new URL(url).hostname);

async function addPeople(admin: ApiSession): Promise<ReadonlyMap<string, number>> {
  const ids = new Map<string, number>();
  const add = async (person: DemoPerson, department: string, is_staff: boolean) => {
    const { username } = person;
    const body = {
      ...person,
      email: `${username}@example.org`,
      department,
      is_staff,
      password: DEMO_PASSWORD,
    };
    ids.set(username, await admin.create('/users/users/', body));
  };
  for (const { people, department } of demoTeams)
    for (const person of people) await add(person, department, false);
  for (const person of demoStaff) await add(person, 'Research computing', true);
  return ids;
}

/** Owners found their teams and take people in. */
async function foundTeams(doors: Doors, people: ReadonlyMap<string, number>) {
  const ids = new Map<string, number>();
  for (const { name, people: own, guests = [] } of demoTeams) {
    const [founder, ...rest] = own.map(({ username }) => username);
    if (founder === undefined) continue;
    const owner = await doors.of(founder);
    const team = await owner.create('/users/teams/', { name });
    ids.set(name, team);
    for (const [index, username] of [...rest, ...guests].entries()) {
      const user = idIn(people, username);
      await owner.create('/users/memberships/', { user, team, role: index === 0 ? 'AD' : 'MB' });
    }
  }
  return ids;
}

async function addClusters(staff: ApiSession): Promise<Record<DemoCluster, number>> {
  const ids = { aurora: 0, nova: 0 };
  for (const name of demoClusterNames)
    ids[name] = await staff.create('/allocations/clusters/', {
      name,
      description: demoClusterDescriptions[name],
    });
  return ids;
}

async function askForTime(doors: Doors, { teams, clusters }: Made): Promise<MadeRequest[]> {
  const made: MadeRequest[] = [];
  for (const plan of demoRequests) {
    const { title, about } = plan;
    const description = `${about}\n\nThe figures come from test runs and from the use of the last twelve months.`;
    const who = await doors.of(plan.by);
    const id = await who.create('/allocations/requests/', {
      title,
      description,
      team: idIn(teams, plan.team),
    });
    const allocations = new Map<DemoCluster, number>();
    for (const name of demoClusterNames) {
      const requested = plan.asked[name];
      if (requested === undefined) continue;
      const body = { request: id, cluster: clusters[name], requested };
      allocations.set(name, await who.create('/allocations/allocations/', body));
    }
    made.push({ plan, id, allocations });
  }
  return made;
}

function idIn(ids: ReadonlyMap<string, number>, name: string): number {
  const id = ids.get(name);
  if (id === undefined) throw new Error(`the demo has no ${name}`);
  return id;
}
