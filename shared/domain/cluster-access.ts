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
