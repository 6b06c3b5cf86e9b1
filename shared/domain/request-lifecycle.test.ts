import { describe, expect, it } from '@jest/globals';
import {
  commandFor,
  phaseOf,
  requestLifecycle,
  transition,
  type RequestCommand,
  type RequestStatus,
} from './request-lifecycle.ts';

const statuses: RequestStatus[] = ['PD', 'AP', 'DC', 'CR'];
const commands: RequestCommand[] = ['approve', 'decline', 'request-changes', 'resubmit'];
const dates = [null, '2026-01-01', '2026-06-01', '2026-12-31'];

describe('the lifecycle of a request', () => {
  it('answers every status, command and pair of dates: with the table, or with a reason that names the field', () => {
    for (const from of statuses)
      for (const command of commands)
        for (const active of dates)
          for (const expire of dates) {
            const row = requestLifecycle.find((one) => one.from === from && one.command === command);
            const result = transition(from, command, { active, expire, awards: 1 });
            const dated =
              row?.guard !== 'has-window' || (active !== null && (expire === null || expire > active));
            expect(result.ok).toBe(row !== undefined && dated);
            if (result.ok) expect(result.to).toBe(row?.to);
            else expect(result.reason).toMatch(/\.$/);
          }
  });

  it('has one row at most for a status and a command', () => {
    const keys = requestLifecycle.map(({ from, command }) => `${from} ${command}`);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('reaches the status that a command is named for', () => {
    for (const { command, to } of requestLifecycle) expect(commandFor[to]).toBe(command);
  });

  it('lets no approved request be sent back as if nothing had been awarded', () => {
    expect(transition('AP', 'request-changes', { active: null, expire: null, awards: 1 }).ok).toBe(false);
    expect(transition('AP', 'resubmit', { active: null, expire: null, awards: 1 }).ok).toBe(false);
  });

  it('is in one phase on every day, for all statuses and dates', () => {
    const today = '2026-06-01';
    const seen = new Set<string>();
    for (const status of statuses)
      for (const active of dates)
        for (const expire of dates) {
          const phase = phaseOf(status, { active, expire }, today);
          seen.add(phase);
          if (phase === 'active')
            expect(
              status === 'AP' && active !== null && active <= today && (expire === null || expire > today),
            ).toBe(true);
          if (status !== 'AP') expect(['open', 'declined']).toContain(phase);
        }
    expect([...seen].sort()).toEqual(['active', 'declined', 'expired', 'open', 'upcoming']);
  });
});
