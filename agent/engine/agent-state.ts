import type { AgentProblem, AgentState } from '@keystone/shared/contracts/agent.ts';
import type { HeldPolicy } from '../policy/policy-versions.ts';
import type { SchedulerDescription } from '../schedulers/scheduler.ts';
import type { AgentDeps } from './agent-deps.ts';
import type { AgentMemory } from './agent-memory.ts';

/** What the contract takes of a scheduler's own words. */
const NAME_CHARS = 64;

/** What the engine knows beside what is on disk. */
export interface SaidOfItself {
  report: NonNullable<AgentState['report']>;
  /** The session that asks for numbers for segments. */
  session: string | undefined;
  /** Undefined where the scheduler was not reached yet. */
  description: SchedulerDescription | undefined;
  problems: AgentProblem[];
}

/**
 * How the agent stands, for the cloud and for people at the machine.
 */
export function agentState(
  { config, clock, version, mode, scheduler }: AgentDeps,
  { spool, store, catchingUp }: AgentMemory,
  { report, session, description, problems }: SaidOfItself,
): AgentState {
  return {
    v: 1,
    epoch: config.epoch,
    at: new Date(clock.now()).toISOString(),
    report,
    ...(session !== undefined && { session }),
    agentVersion: version,
    // An agent that may not write is as one that observes.
    mode: description?.canEnforce === false ? 'observe' : mode,
    scheduler: {
      kind: scheduler.kind,
      version: (description?.version ?? 'unknown').slice(0, NAME_CHARS),
      cluster: (description?.cluster ?? 'unknown').slice(0, NAME_CHARS),
    },
    applied: markOf(store.applied),
    held: markOf(store.held),
    ackedThrough: catchingUp.ackedThrough(spool.settledThrough(marksOf(store))),
    carriedThrough: Math.max(spool.carriedThrough, catchingUp.through, ...forgottenBeyond(spool, store)),
    spool: { segments: spool.waiting.size, bytes: spool.bytes },
    problems,
  };
}

const markOf = (policy: HeldPolicy | undefined) =>
  policy ? { ...policy.policy.version, hash: policy.hash } : null;

const marksOf = ({ held }: AgentMemory['store']) => held?.policy.accounts.map(({ through }) => through) ?? [];

/** Figures that stand before what is forgotten here are to come forward as soon as the ledger has all. */
const forgottenBeyond = (spool: AgentMemory['spool'], { held }: AgentMemory['store']) =>
  held?.policy.accounts.map(({ account, through }) => spool.forgottenBeyond(account, through)) ?? [];
