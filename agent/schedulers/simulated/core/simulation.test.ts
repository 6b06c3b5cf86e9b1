import { describe, expect, it, jest } from '@jest/globals';
import { billableSeconds, billingTres } from '@keystone/shared/domain/billing.ts';
import fc from 'fast-check';
import { declarations, eventOf, scripts, smallSetup, type Script } from '../testing/arbitrary-events.ts';
import { lastTick, standings } from './counting.ts';
import { shareOf } from './node-pool.ts';
import { nextInstant, simulate, type SimulationEvent, type Step } from './simulation.ts';
import { emptySimulation, lineOf, type AccountingRow, type SimulationState } from './simulation-state.ts';

/** Machines are slow where much else runs. */
jest.setTimeout(60_000);
fc.configureGlobal({ numRuns: 60 });

const START = 1_800_000_000;
const DAY = 86_400;

/** Plays a script one instant at a time and shows each step, with all rows up to it. */
function play(
  script: Script,
  look: (before: SimulationState, after: SimulationState, rows: AccountingRow[]) => void,
) {
  let state = emptySimulation(smallSetup, START);
  const rows: AccountingRow[] = [];
  const take = (at: number, event: SimulationEvent): void => {
    for (let next = nextInstant(state); next < at; next = nextInstant(state)) one(next, { kind: 'nothing' });
    one(at, event);
  };
  const one = (at: number, event: SimulationEvent): void => {
    const step: Step = simulate(state, at, event);
    rows.push(...step.rows);
    look(state, step.state, rows);
    state = step.state;
  };
  for (const event of declarations) take(START, event);
  for (const { after, wish } of script) {
    take(state.now + after, { kind: 'nothing' });
    take(state.now, eventOf(wish, state));
  }
  for (const part of state.away) take(state.now, { kind: 'bring-back', part });
  take(state.now + DAY, { kind: 'nothing' });
  return { state, rows };
}

/** What rows and running jobs say that an account and those below it used, as Slurm counts. */
function usedOf(state: SimulationState, rows: readonly AccountingRow[], account: string) {
  const isBelow = (name: string) => lineOf(state.accounts, name).includes(account);
  const last = new Map(
    [...rows.map(({ run }) => run), ...state.heldRows].map((run) => [`${run.jobIdRaw} ${run.submit}`, run]),
  );
  let used = 0;
  let reserved = 0;
  for (const run of last.values())
    if (isBelow(run.account)) used += (billingTres(run.allocTres) ?? 0) * (run.elapsed + run.suspended);
  const tick = lastTick(state);
  for (const run of state.running.values()) {
    if (!isBelow(run.account)) continue;
    const counted = Math.max(0, tick - run.start);
    used += run.billing * counted;
    reserved += run.billing * Math.max(0, run.limitSeconds - counted);
  }
  return { used, reserved };
}

const started = (before: SimulationState, after: SimulationState) =>
  [...after.running.values()].filter(({ id, start }) => start === after.now && !before.running.has(id));

describe('a simulated scheduler, whatever happens to it', () => {
  it('never gives a node to more than it holds', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        play(script, (_, { running }) => {
          const taken = Array.from({ length: smallSetup.nodes.count }, () => ({ cpus: 0, gpus: 0 }));
          for (const job of running.values()) {
            const share = shareOf(job);
            for (const index of new Set(job.on)) {
              const node = taken[index] ?? { cpus: NaN, gpus: NaN };
              node.cpus += share.cpus;
              node.gpus += share.gpus;
            }
          }
          const needed = [...running.values()].reduce((sum, { cpus }) => sum + cpus, 0);
          expect(taken.every(({ cpus, gpus }) => cpus <= 8 && gpus <= 2)).toBe(true);
          expect(taken.reduce((sum, { cpus }) => sum + cpus, 0)).toBe(needed);
        });
      }),
    );
  });

  it('starts nothing for which not all that it may use is left, there and in all accounts above', () => {
    let starts = 0;
    fc.assert(
      fc.property(scripts, (script) => {
        play(script, (before, after, rows) => {
          for (const job of started(before, after)) {
            for (const name of lineOf(after.accounts, job.account)) {
              const limit = after.accounts.get(name)?.limitMinutes ?? null;
              if (limit === null) continue;
              const { used, reserved } = usedOf(after, rows, name);
              starts += 1;
              expect(used + reserved).toBeLessThanOrEqual(limit * 60);
            }
          }
        });
      }),
    );
    expect(starts).toBeGreaterThan(100);
  });

  it('starts nothing of an account that is locked, nor of a member who is blocked, nor without its controller', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        play(script, (before, after) => {
          for (const job of started(before, after)) {
            const account = after.accounts.get(job.account);
            expect([account?.grpJobs, account?.members.get(job.user)?.maxJobs]).toEqual([null, null]);
            expect(after.away.has('queue')).toBe(false);
          }
        });
      }),
    );
  });

  it('counts what rows and running jobs say, in every account', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        play(script, (_, after, rows) => {
          const counted = [...standings(after)].map(([name, { used, reserved }]) => [name, used, reserved]);
          const told = [...after.accounts.keys()].map((name) => {
            const { used, reserved } = usedOf(after, rows, name);
            return [name, used, reserved];
          });
          expect(counted).toEqual(told);
        });
      }),
    );
  });

  it('writes one row for each run, and another for one that changed only where its controller lost its state', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const { rows } = play(script, () => undefined);
        const keys = rows.map(({ run }) => `${run.jobIdRaw} ${run.submit}`);
        if (!script.some(({ wish }) => wish.kind === 'lose-state'))
          expect(new Set(keys).size).toBe(keys.length);
        for (const { run, visibleAt } of rows) {
          expect(visibleAt).toBeGreaterThan(run.end);
          expect(run.elapsed).toBe(run.start === null ? 0 : run.end - run.start - run.suspended);
          expect(billableSeconds(run)).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  it('gives the same rows to the byte, however its time is divided into steps', () => {
    fc.assert(
      fc.property(scripts, fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1 }), (script, looks) => {
        const { rows } = play(script, () => undefined);
        let state = emptySimulation(smallSetup, START);
        const others: AccountingRow[] = [];
        const one = (at: number, event: SimulationEvent) => {
          const step = simulate(state, at, event);
          others.push(...step.rows);
          state = step.state;
        };
        for (const event of declarations) one(START, event);
        script.forEach(({ after, wish }, index) => {
          const at = state.now + after;
          const look = looks[index % looks.length] ?? 1;
          for (let now = state.now + look; now < at; now += look) one(now, { kind: 'nothing' });
          one(at, { kind: 'nothing' });
          one(at, eventOf(wish, state));
        });
        for (const part of state.away) one(state.now, { kind: 'bring-back', part });
        one(state.now + DAY, { kind: 'nothing' });
        expect(JSON.stringify(others)).toBe(JSON.stringify(rows));
      }),
    );
  });

  it('leaves the state as it was that it was given', () => {
    fc.assert(
      fc.property(scripts, (script) => {
        const states: { state: SimulationState; copy: SimulationState }[] = [];
        play(script, (before) => states.push({ state: before, copy: structuredClone(before) }));
        for (const { state, copy } of states) expect(state).toEqual(copy);
      }),
      { numRuns: 20 },
    );
  });
});
