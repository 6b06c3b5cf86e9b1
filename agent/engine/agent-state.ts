import type { AgentProblem, AgentState } from '@keystone/shared/contracts/agent.ts';
import type { SchedulerDescription } from '../schedulers/scheduler.ts';
import type { AgentDeps } from './agent-deps.ts';
import type { AgentMemory } from './agent-memory.ts';

/** What the contract takes of a scheduler's own words. */
const NAME_CHARS = 64;

/**
 * How the agent stands, for the cloud and for people at the machine.
 *
 * @param description what the scheduler said of itself, or undefined where it was not reached yet
 */
export function agentState(
  { config, clock, version, mode, scheduler }: AgentDeps,
  { spool, store }: AgentMemory,
  description: SchedulerDescription | undefined,
  problems: AgentProblem[],
): AgentState {
  const { applied } = store;
  return {
    v: 1,
    epoch: config.epoch,
    at: new Date(clock.now()).toISOString(),
    agentVersion: version,
    // An agent that may not write is as one that observes.
    mode: description?.canEnforce === false ? 'observe' : mode,
    scheduler: {
      kind: scheduler.kind,
      version: (description?.version ?? 'unknown').slice(0, NAME_CHARS),
      cluster: (description?.cluster ?? 'unknown').slice(0, NAME_CHARS),
    },
    applied: applied ? { ...applied.policy.version, hash: applied.hash } : null,
    ackedThrough: spool.storedThrough,
    spool: { segments: spool.waiting.size, bytes: spool.bytes },
    problems,
  };
}
