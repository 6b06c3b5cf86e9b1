import type { AllocationRequest, Balance, Cluster, ClusterAgent, Team, User } from '../lib/api/records.ts';

/** Records as the API sends them, to be changed where a test cares. */
export function aUser(changes: Partial<User> = {}): User {
  return {
    id: 2,
    username: 'mira',
    display_name: 'Mira Sanchez',
    abbreviation: 'MS',
    first_name: 'Mira',
    last_name: 'Sanchez',
    email: null,
    department: null,
    role: null,
    is_active: true,
    is_staff: false,
    is_superuser: false,
    is_ldap_user: false,
    date_joined: '2026-01-01T00:00:00Z',
    last_login: null,
    groups: [],
    user_permissions: [],
    _history: [],
    _membership: [{ id: 20, team: 10, role: 'OW', _team: team }],
    ...changes,
  };
}

const team = { id: 10, slug: 'chemistry', name: 'Chemistry', is_active: true };

const summaryOf = ({ id, username, display_name, abbreviation }: User) => ({
  id,
  username,
  display_name,
  abbreviation,
  first_name: null,
  last_name: null,
  email: null,
  department: null,
  role: null,
});

export function aTeam(changes: Partial<Team> = {}): Team {
  const owner = aUser();
  return {
    ...team,
    users: [owner.id],
    _membership: [{ id: 20, user: owner.id, role: 'OW', _user: summaryOf(owner) }],
    _history: [],
    ...changes,
  };
}

export function aCluster(changes: Partial<Cluster> = {}): Cluster {
  return {
    id: 30,
    name: 'alpha',
    description: null,
    enabled: true,
    access_mode: 'OP',
    access_teams: [],
    _access_teams: [],
    _history: [],
    ...changes,
  };
}

/** An agent that nobody enrolled yet. */
export function anAgent(changes: Partial<ClusterAgent> = {}): ClusterAgent {
  return {
    enrolled: null,
    last_seen: null,
    agent_version: null,
    mode: null,
    scheduler: null,
    desired: null,
    applied: null,
    problems: [],
    ...changes,
  };
}

export function aBalance(changes: Partial<Balance> = {}): Balance {
  return {
    cluster: 30,
    _cluster: { id: 30, name: 'alpha', enabled: true },
    account: team.slug,
    team: team.id,
    _team: team,
    entitled: 3_600_000,
    used: 360_000,
    remaining: 3_240_000,
    awarded: 3_600_000,
    expire: '2027-06-01',
    locked: false,
    jobs: 12,
    as_of: '2026-11-24',
    grants: [{ id: 50, awarded: 3_600_000, from: '2026-06-01', until: '2027-06-01', drawn: 360_000 }],
    ...changes,
  };
}

export function aRequest(changes: Partial<AllocationRequest> = {}): AllocationRequest {
  const submitter = aUser();
  return {
    id: 40,
    title: 'Basis sets',
    description: 'We compute.',
    submitted: '2026-11-20T09:30:00Z',
    active: null,
    expire: null,
    status: 'PD',
    submitter: submitter.id,
    _submitter: summaryOf(submitter),
    team: team.id,
    _team: team,
    assignees: [],
    _assignees: [],
    _allocations: [
      {
        id: 50,
        cluster: 30,
        _cluster: { id: 30, name: 'alpha', enabled: true },
        requested: 12_000,
        awarded: null,
        final: null,
      },
    ],
    publications: [],
    _publications: [],
    grants: [],
    _grants: [],
    _attachments: [],
    _comments: [],
    _history: [],
    ...changes,
  };
}
