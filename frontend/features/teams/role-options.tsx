import type { Role } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';

const roles: readonly Role[] = ['OW', 'AD', 'MB'];

export const RoleOptions = () =>
  roles.map((role) => (
    <option key={role} value={role}>
      {strings.teams.roles[role]}
    </option>
  ));

/** The role that an option stands for; the least where there is none such. */
export const roleOf = (value: string): Role => roles.find((role) => role === value) ?? 'MB';
