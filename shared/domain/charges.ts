/** Which word of the agent's is newer: its epoch grows with each enrolment, its segments within one. */
export interface Revision {
  epoch: number;
  segment: number;
}

export function isNewer(candidate: Revision, known: Revision): boolean {
  return candidate.epoch !== known.epoch ? candidate.epoch > known.epoch : candidate.segment > known.segment;
}

/** A charge as it stands: the amount of one run, and the revision that said so. */
export interface StandingCharge {
  seconds: number;
  revision: Revision;
  /** Digest of the facts that the amount came from. */
  facts: string;
}

export type ChargeDecision =
  | { kind: 'first'; delta: number }
  | { kind: 'known' }
  | { kind: 'outdated' }
  | { kind: 'revised'; delta: number };

/**
 * What to post for a run that the agent reports: all of it the first time, nothing where the facts are known or older
 * than those that stand, and the difference where they changed.
 */
export function decideCharge(standing: StandingCharge | undefined, reported: StandingCharge): ChargeDecision {
  if (!standing) return { kind: 'first', delta: reported.seconds };
  if (standing.facts === reported.facts) return { kind: 'known' };
  if (!isNewer(reported.revision, standing.revision)) return { kind: 'outdated' };
  return { kind: 'revised', delta: reported.seconds - standing.seconds };
}
