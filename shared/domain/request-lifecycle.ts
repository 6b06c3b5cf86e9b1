/** Status of an allocation request as it travels: pending, approved, declined, changes requested. */
export type RequestStatus = 'PD' | 'AP' | 'DC' | 'CR';

export type RequestCommand = 'approve' | 'decline' | 'request-changes' | 'resubmit';

/** What the rules look at besides the status. */
export interface RequestFacts {
  active: string | null;
  expire: string | null;
  /** Allocations of the request that carry an award above zero. */
  awards: number;
}

type Guard = 'has-window' | 'always';

export interface Transition {
  from: RequestStatus;
  command: RequestCommand;
  to: RequestStatus;
  guard: Guard;
}

/** The whole lifecycle. An approved request that is declined is a withdrawal: its live grants end. */
export const requestLifecycle: readonly Transition[] = [
  { from: 'PD', command: 'approve', to: 'AP', guard: 'has-window' },
  { from: 'PD', command: 'decline', to: 'DC', guard: 'always' },
  { from: 'PD', command: 'request-changes', to: 'CR', guard: 'always' },
  { from: 'CR', command: 'resubmit', to: 'PD', guard: 'always' },
  { from: 'CR', command: 'approve', to: 'AP', guard: 'has-window' },
  { from: 'CR', command: 'decline', to: 'DC', guard: 'always' },
  { from: 'AP', command: 'approve', to: 'AP', guard: 'has-window' },
  { from: 'AP', command: 'decline', to: 'DC', guard: 'always' },
  { from: 'DC', command: 'resubmit', to: 'PD', guard: 'always' },
  { from: 'DC', command: 'approve', to: 'AP', guard: 'has-window' },
];

/** The command that leads to a status; approving again amends the awards of an approved request. */
export const commandFor: Record<RequestStatus, RequestCommand> = {
  AP: 'approve',
  DC: 'decline',
  CR: 'request-changes',
  PD: 'resubmit',
};

export type TransitionResult =
  { ok: true; to: RequestStatus } | { ok: false; field: 'status' | 'active' | 'expire'; reason: string };

const words: Record<RequestStatus, string> = {
  PD: 'pending',
  AP: 'approved',
  DC: 'declined',
  CR: 'waiting for changes',
};

/** What a command does to a request, or why it can't be done. Pure; the store makes its condition from the same table. */
export function transition(
  from: RequestStatus,
  command: RequestCommand,
  facts: RequestFacts,
): TransitionResult {
  const found = requestLifecycle.find((row) => row.from === from && row.command === command);
  if (!found)
    return {
      ok: false,
      field: 'status',
      reason: `A request that is ${words[from]} can't be ${phrase[command]}.`,
    };
  if (found.guard === 'has-window') {
    if (facts.active === null)
      return { ok: false, field: 'active', reason: 'Give the first day of the award.' };
    if (facts.expire !== null && facts.expire <= facts.active)
      return {
        ok: false,
        field: 'expire',
        reason: 'The award must end after its first day (the day itself is outside).',
      };
  }
  return { ok: true, to: found.to };
}

const phrase: Record<RequestCommand, string> = {
  approve: 'approved',
  decline: 'declined',
  'request-changes': 'sent back for changes',
  resubmit: 'made pending again',
};

/** Where a request stands in time, for lists and statistics. */
export type RequestPhase = 'open' | 'declined' | 'upcoming' | 'active' | 'expired';

export function phaseOf(
  status: RequestStatus,
  window: Pick<RequestFacts, 'active' | 'expire'>,
  today: string,
): RequestPhase {
  if (status === 'DC') return 'declined';
  if (status !== 'AP') return 'open';
  if (window.active === null || window.active > today) return 'upcoming';
  return window.expire !== null && window.expire <= today ? 'expired' : 'active';
}
