import { describe, expect, it, jest } from '@jest/globals';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { usageRecordSchema, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { history } from './history.ts';
import { simulationConfigSchema, type SimulationConfigInput } from './simulation-config.ts';

/** Machines are slow where much else runs. */
jest.setTimeout(60_000);

const FROM = Date.parse('2026-01-05T00:00:00Z') / 1000;
const DAY = 86_400;

/** Eight weeks of two accounts on a cluster with room for all they want. */
const pastOf = (changes: SimulationConfigInput = {}, days = 56): UsageRecord[] => {
  const config = simulationConfigSchema.parse({
    seed: 11,
    nodes: { count: 40, cpus: 64 },
    workload: [
      { account: 'chem', users: ['ada', 'bob', 'cyd'], unitsPerDay: 1_500 },
      { account: 'bio', users: ['dan'], unitsPerDay: 500, minutes: { median: 90 } },
    ],
    ...changes,
  });
  return [...history(config, FROM, FROM + days * DAY)];
};
const past = pastOf();
const unitsPerDay = (runs: readonly UsageRecord[], account: string): number =>
  runs.reduce((sum, run) => sum + (run.account === account ? billableSeconds(run) : 0), 0) / 3600 / 56;
const share = (runs: readonly UsageRecord[], holds: (run: UsageRecord) => boolean): number =>
  runs.filter(holds).length / runs.length;

describe('a made-up past', () => {
  it('is the same to the byte for the same seed, and another for another', () => {
    expect(JSON.stringify(pastOf())).toBe(JSON.stringify(past));
    expect(JSON.stringify(pastOf({ seed: 12 }))).not.toBe(JSON.stringify(past));
  });

  it('has finished runs only, each once, as the wire takes them', () => {
    expect(past.length).toBeGreaterThan(1_000);
    expect(past.every(({ submit, end }) => submit >= FROM && end < FROM + 56 * DAY)).toBe(true);
    expect(new Set(past.map(({ jobIdRaw, submit }) => `${jobIdRaw} ${submit}`)).size).toBe(past.length);
    for (const run of past) usageRecordSchema.parse(run);
  });

  it('uses about what each account was to use', () => {
    expect(unitsPerDay(past, 'chem') / 1_500).toBeGreaterThan(0.6);
    expect(unitsPerDay(past, 'chem') / 1_500).toBeLessThan(1.5);
    expect(unitsPerDay(past, 'bio') / 500).toBeGreaterThan(0.6);
    expect(unitsPerDay(past, 'bio') / 500).toBeLessThan(1.5);
  });

  it('has more jobs by day than by night, and few at weekends', () => {
    const hour = ({ submit }: UsageRecord) => new Date(submit * 1000).getUTCHours();
    const weekday = ({ submit }: UsageRecord) => new Date(submit * 1000).getUTCDay();
    const afternoon = share(past, (run) => hour(run) >= 13 && hour(run) < 17);
    const night = share(past, (run) => hour(run) < 4);
    expect(afternoon).toBeGreaterThan(3 * night);
    expect(share(past, (run) => weekday(run) === 3)).toBeGreaterThan(
      2 * share(past, (run) => weekday(run) === 0),
    );
  });

  it('knows neither nights nor weekends where it is steady', () => {
    const hour = ({ submit }: UsageRecord) => new Date(submit * 1000).getUTCHours();
    const night = share(pastOf({ rhythm: 'steady' }), (run) => hour(run) < 6);
    expect(night).toBeGreaterThan(0.2);
    expect(night).toBeLessThan(0.3);
  });

  it('follows the hours of its zone', () => {
    const hour = ({ submit }: UsageRecord) => new Date(submit * 1000).getUTCHours();
    const busiest = (runs: readonly UsageRecord[]) => share(runs, (run) => hour(run) >= 0 && hour(run) < 6);
    expect(busiest(pastOf({ zone: 'Asia/Tokyo' }))).toBeGreaterThan(2 * busiest(past));
  });

  it('has runs that went wrong, few of each kind, and people of whom the first does most', () => {
    const states = ['COMPLETED', 'FAILED', 'TIMEOUT', 'CANCELLED', 'OUT_OF_MEMORY', 'NODE_FAIL'];
    const shares = states.map((state) => share(past, (run) => run.state === state));
    expect(shares.every((part) => part > 0)).toBe(true);
    expect(shares[0]).toBeGreaterThan(0.75);
    expect(shares[0]).toBeLessThan(0.95);
    const by = (user: string) => share(past, (run) => run.user === user);
    expect(by('ada')).toBeGreaterThan(by('bob'));
    expect(by('bob')).toBeGreaterThan(by('cyd'));
  });

  it('at another pace has so many more jobs of the same use', () => {
    const quick = pastOf({ pace: 2 });
    expect(quick.length / past.length).toBeGreaterThan(1.4);
    expect(quick.length / past.length).toBeLessThan(3);
    expect(unitsPerDay(quick, 'chem') / unitsPerDay(past, 'chem')).toBeGreaterThan(0.6);
    expect(unitsPerDay(quick, 'chem') / unitsPerDay(past, 'chem')).toBeLessThan(1.6);
  });

  it('of a GPU cluster asks for GPUs, and bills them', () => {
    const gpu = pastOf({ nodes: { count: 60, cpus: 32, gpus: 4 }, billing: { cpu: 0, gpu: 1 } }, 1);
    const billed = gpu.filter(({ start }) => start !== null);
    expect(billed.length).toBeGreaterThan(100);
    expect(billed.every(({ allocTres }) => /^billing=\d+,cpu=\d+,gres\/gpu=\d+,mem=/.test(allocTres))).toBe(
      true,
    );
  });
});
