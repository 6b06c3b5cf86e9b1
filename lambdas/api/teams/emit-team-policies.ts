import type { Write } from '../resources/write.ts';

/**
 * Owes a new policy to every cluster on which a team was awarded time: who is in the team, or whether it is open, has
 * changed. Which clusters those are is read after the commit, so that one where the first award is placed at the same
 * moment is not missed.
 */
export function emitTeamPolicies({ uow }: Write, team: number): void {
  uow.emit({ type: 'team', team, cid: uow.actor.cid });
}
