import { describe, expect, it } from '@jest/globals';
import type { ClusterAgent } from '../../lib/api/records.ts';
import { summariseAgent, summarisePolicy } from './agent-summary.ts';

const now = Date.parse('2026-11-24T12:00:00Z');

const agent: ClusterAgent = {
  enrolled: '2026-10-01T00:00:00Z',
  last_seen: '2026-11-24T11:59:18Z',
  agent_version: '0.1.0',
  mode: 'enforce',
  scheduler: { kind: 'slurm', version: '22.05.8', cluster: 'alpha' },
  desired: { epoch: 1, n: 18 },
  applied: { epoch: 1, n: 18 },
  problems: [],
};
const summary = (changes: Partial<ClusterAgent>) => summariseAgent({ ...agent, ...changes }, now);

describe("an agent's state", () => {
  it('is good where it enforces without problems', () => {
    expect(summary({})).toEqual({
      tone: 'good',
      state: 'Enforcing',
      details: ['slurm 22.05.8 (alpha)', 'agent 0.1.0', 'seen 42 s ago'],
    });
  });

  it.each([
    ['there is none', { enrolled: null }, 'neutral', 'No agent'],
    ['it never spoke', { last_seen: null }, 'warn', 'Enrolled, not seen yet'],
    ['it only observes', { mode: 'observe' as const }, 'warn', 'Observing'],
    ['it has problems', { problems: [{ code: 'x', detail: 'y' }] }, 'warn', 'Enforcing'],
    ['it fell silent', { last_seen: '2026-11-24T11:00:00Z' }, 'bad', 'Silent, last seen 1 h ago'],
  ])('says so where %s', (_what, changes, tone, state) => {
    expect(summary(changes)).toMatchObject({ tone, state });
  });
});

describe('the policy on a cluster', () => {
  it.each([
    [{}, { tone: 'good', text: '1.18 applied' }],
    [{ applied: { epoch: 1, n: 17 } }, { tone: 'warn', text: '1.17 applied, 1.18 wanted' }],
    [{ applied: null }, { tone: 'warn', text: 'none applied, 1.18 wanted' }],
    [
      { desired: null, applied: null },
      { tone: 'neutral', text: 'no policy yet' },
    ],
  ])('is for %j told as %j', (changes, told) => {
    expect(summarisePolicy({ ...agent, ...changes })).toEqual(told);
  });
});
