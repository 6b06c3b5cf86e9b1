/** WL: only the listed teams; BL: all but the listed; OP: open to all. */
export type AccessMode = 'WL' | 'BL' | 'OP';

export interface ClusterAccess {
  enabled: boolean;
  access_mode: AccessMode;
  access_teams: readonly number[];
}

/** True where a team may ask for time on a cluster, and its award there may be used. */
export function mayUseCluster(cluster: ClusterAccess, team: number): boolean {
  if (!cluster.enabled) return false;
  const listed = cluster.access_teams.includes(team);
  return cluster.access_mode === 'OP' || (cluster.access_mode === 'WL' ? listed : !listed);
}

/** True where a cluster is shown to a person: an open one to all, else as one of the person's teams may use it. */
export function maySeeCluster(
  { access_mode, access_teams }: Omit<ClusterAccess, 'enabled'>,
  teams: readonly number[],
): boolean {
  if (access_mode === 'OP') return true;
  if (access_mode === 'WL') return teams.some((team) => access_teams.includes(team));
  return teams.length === 0 || teams.some((team) => !access_teams.includes(team));
}

/** A record that may have been deleted, as the store keeps it. */
type Kept<T> = { hidden: boolean; fields: T };

/** True where an account may start nothing on a cluster: the cluster or the team is closed, or they don't go together. */
export function isAccountLocked(
  cluster: Kept<ClusterAccess> | undefined,
  team: Kept<{ id: number; is_active: boolean }> | undefined,
): boolean {
  if (!cluster || cluster.hidden || !team || team.hidden || !team.fields.is_active) return true;
  return !mayUseCluster(cluster.fields, team.fields.id);
}
