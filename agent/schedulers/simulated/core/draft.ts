import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type {
  Account,
  AccountingRow,
  ClusterSetup,
  EndedJob,
  Part,
  RunningJob,
  SimulationState,
  WaitingJob,
} from './simulation-state.ts';
import { NodePool } from './node-pool.ts';

/**
 * A state that is being worked on: its collections are copies, so that what was handed out before never changes, and
 * many instants in one step cost one copy. What lies in the collections is replaced, never written to.
 */
export interface Draft {
  readonly setup: ClusterSetup;
  readonly begunAt: number;
  now: number;
  nextJob: number;
  readonly accounts: Map<string, Account>;
  readonly defaultAccounts: Map<string, string>;
  readonly waiting: Map<number, WaitingJob>;
  readonly running: Map<number, RunningJob>;
  readonly ended: Map<number, EndedJob>;
  readonly away: Set<Part>;
  heldRows: UsageRecord[];
  readonly pool: NodePool;
  /** Rows that came out of this step. */
  readonly rows: AccountingRow[];
}

export function draftOf(state: SimulationState): Draft {
  return {
    setup: state.setup,
    begunAt: state.begunAt,
    now: state.now,
    nextJob: state.nextJob,
    accounts: new Map(state.accounts),
    defaultAccounts: new Map(state.defaultAccounts),
    waiting: new Map(state.waiting),
    running: new Map(state.running),
    ended: new Map(state.ended),
    away: new Set(state.away),
    heldRows: [...state.heldRows],
    pool: NodePool.of(state.setup, state.running.values()),
    rows: [],
  };
}

export function stateOf({ rows: _rows, pool: _pool, ...state }: Draft): SimulationState {
  return state;
}

export function changeAccount(draft: Draft, name: string, changes: Partial<Account>): void {
  const account = draft.accounts.get(name);
  if (account) draft.accounts.set(name, { ...account, ...changes });
}
