import { readTeamClusters } from '@keystone/shared/store/table/control-reader.ts';
import type { Write } from '../resources/write.ts';

/**
 * Owes a new policy to every cluster on which a team was awarded time: who is in the team, or whether it is open, has
 * changed. An award that is placed at the same moment owes one of its own.
 */
export async function emitTeamPolicies({ uow }: Write, team: number): Promise<void> {
  for (const cluster of await readTeamClusters(uow.table, team))
    uow.emit({ type: 'policy', cluster, cid: uow.actor.cid });
}
