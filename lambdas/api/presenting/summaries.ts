import type {
  ClusterSummary,
  RequestSummary,
  TeamSummary,
  UserSummary,
} from '@keystone/shared/contracts/rest/summaries.ts';
import type { RecordShapes } from '@keystone/shared/store/table/records.ts';

type PersonNames = Pick<RecordShapes['user'], 'username' | 'first_name' | 'last_name'>;

const namesOf = ({ first_name, last_name }: PersonNames) =>
  [first_name, last_name].filter((name): name is string => name !== null);

/** How a person is called on a page: the full name, or the user name where there is none. */
export const displayName = (person: PersonNames) => namesOf(person).join(' ') || person.username;

/** Initials for a small circle. */
export const abbreviation = (person: PersonNames) =>
  (namesOf(person).length > 0 ? namesOf(person) : [person.username])
    .map((name) => [...name.trim()][0] ?? '')
    .join('')
    .toUpperCase();

export function userSummary(user: RecordShapes['user']): UserSummary {
  const { id, username, first_name, last_name, email, department, role } = user;
  return {
    id,
    username,
    first_name,
    last_name,
    display_name: displayName(user),
    abbreviation: abbreviation(user),
    email,
    department,
    role,
  };
}

export const teamSummary = ({ id, slug, name, is_active }: RecordShapes['team']): TeamSummary => ({
  id,
  slug,
  name,
  is_active,
});

export const clusterSummary = ({ id, name, enabled }: RecordShapes['cluster']): ClusterSummary => ({
  id,
  name,
  enabled,
});

export const requestSummary = (request: RecordShapes['request']): RequestSummary => {
  const { id, title, status, active, expire } = request;
  return { id, title, status, active, expire };
};
