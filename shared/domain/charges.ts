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
  | { kind: 'confirmed' }
  | { kind: 'outdated' }
  | { kind: 'revised'; delta: number };

/**
 * What to post for a run that the agent reports: all of it the first time, nothing where the word is known or older
 * than the one that stands, and the difference where the facts changed. A newer word with the same facts posts nothing
 * but is noted: a row can change and change back, and the word in between may arrive last.
 */
export function decideCharge(standing: StandingCharge | undefined, reported: StandingCharge): ChargeDecision {
  if (!standing) return { kind: 'first', delta: reported.seconds };
  const same = standing.facts === reported.facts;
  if (!isNewer(reported.revision, standing.revision)) return { kind: same ? 'known' : 'outdated' };
  if (same) return { kind: 'confirmed' };
  return { kind: 'revised', delta: reported.seconds - standing.seconds };
}
