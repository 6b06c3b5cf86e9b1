import type { AgentState } from '@keystone/shared/contracts/agent.ts';

/** What a healthy agent says of itself. */
export const agentState = (overrides: Partial<AgentState> = {}): AgentState => ({
  v: 1,
  epoch: 1,
  at: '2026-11-24T12:00:00Z',
  agentVersion: '0.1.0',
  mode: 'enforce',
  scheduler: { kind: 'slurm', version: '22.05.8', cluster: 'lab' },
  applied: null,
  ackedThrough: 0,
  spool: { segments: 0, bytes: 0 },
  problems: [],
  ...overrides,
});
