import type { AgentState } from '@keystone/shared/contracts/agent.ts';
import type { PolicyMark } from '@keystone/shared/store/agents/policy-heads.ts';

export type HeldVersion = AgentState['applied'];

/** The policy that an agent said it keeps. One that observes, or whose scheduler refuses a change, never applies it. */
export const heldBy = ({ held, applied }: Pick<AgentState, 'held' | 'applied'>): HeldVersion =>
  held === undefined ? applied : held;

/** True where the agent said that it holds this very policy. */
export function holds(held: HeldVersion, { version, hash }: PolicyMark): boolean {
  return held !== null && held.epoch === version.epoch && held.n === version.n && held.hash === hash;
}
