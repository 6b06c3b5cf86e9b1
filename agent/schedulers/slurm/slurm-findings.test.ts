import { describe, expect, it } from '@jest/globals';
import type { AccountState } from '../scheduler.ts';
import { fixture } from './fixture.ts';
import { parsePartitions, parseQualities, parseSettings } from './parse-configuration.ts';
import { judge, type SlurmFacts } from './slurm-findings.ts';

const recorded = parseSettings(fixture('configuration.txt'));
const facts = (changes: Partial<SlurmFacts> = {}, settings: Record<string, string> = {}): SlurmFacts => ({
  cluster: 'recorded',
  settings: new Map([...recorded, ...Object.entries(settings)]),
  partitions: parsePartitions(fixture('partitions.txt')).filter(({ name }) => name === 'batch'),
  qualities: parseQualities(fixture('qualities.txt')),
  clusters: ['recorded'],
  identity: { user: 'root', adminLevel: 'Administrator' },
  accounts: [],
  ...changes,
});
const codes = (given: SlurmFacts) => {
  const { fatal, warnings } = judge(given);
  return { fatal: fatal.map(({ code }) => code), warnings: warnings.map(({ code }) => code) };
};
const account = (name: string, changes: Partial<AccountState> = {}): AccountState => ({
  account: name,
  parent: 'root',
  limitMinutes: null,
  locked: false,
  members: [],
  ...changes,
});
const partition = { name: 'p', defaultTime: '00:10:00', maxTime: 'UNLIMITED', billingWeights: '' };

describe('what doctor finds', () => {
  it('is nothing on the recorded Slurm', () => expect(codes(facts())).toEqual({ fatal: [], warnings: [] }));

  it.each([
    ['limits-not-enforced', 'AccountingStorageEnforce', 'associations,limits'],
    ['limits-not-enforced', 'AccountingStorageEnforce', 'none'],
    ['runs-not-recorded', 'AccountingStorageEnforce', 'associations,limits,safe,nojobs,nosteps'],
    ['no-accounting', 'AccountingStorageType', '(null)'],
    ['usage-not-counted', 'PriorityType', 'priority/basic'],
  ])('forbids enforcing: %s', (code, name, value) => {
    expect(codes(facts({}, { [name]: value }))).toEqual({ fatal: [code], warnings: [] });
  });

  it('names what AccountingStorageEnforce lacks', () => {
    expect(judge(facts({}, { AccountingStorageEnforce: 'associations,qos' })).fatal[0]?.detail).toContain(
      'lacks limits, safe',
    );
  });

  it('forbids enforcing on a cluster that slurmdbd does not know', () => {
    expect(codes(facts({ clusters: ['other'] })).fatal).toEqual(['cluster-unknown']);
  });

  it.each([
    ['keystone', 'None', ['no-operator-rights']],
    ['keystone', 'Operator', []],
    ['keystone', 'Administrator', []],
    ['slurm', 'None', []],
  ])('asks for rights: %s with level %s', (user, adminLevel, fatal) => {
    expect(codes(facts({ identity: { user, adminLevel } }, { SlurmUser: 'slurm(64030)' })).fatal).toEqual(
      fatal,
    );
  });

  it.each([
    ['usage-decays', 'PriorityDecayHalfLife', '7-00:00:00'],
    ['usage-reset', 'PriorityUsageResetPeriod', 'MONTHLY'],
    ['slow-counter', 'PriorityCalcPeriod', '00:30:00'],
  ])('warns: %s', (code, name, value) => {
    expect(codes(facts({}, { [name]: value }))).toEqual({ fatal: [], warnings: [code] });
  });

  it.each([
    [{ defaultTime: 'NONE' }, ['partition-unlimited']],
    [{ defaultTime: 'NONE', maxTime: '1-00:00:00' }, []],
    [{ billingWeights: 'CPU=1,Mem=2G' }, []],
    [{ billingWeights: 'CPU=1.0,Mem=2.00G' }, []],
    [{ billingWeights: 'CPU=1.0,Mem=0.25G' }, ['fractional-billing']],
  ])('judges a partition %j', (changes, warnings) => {
    expect(codes(facts({ partitions: [{ ...partition, ...changes }] })).warnings).toEqual(warnings);
  });

  it('warns of limits above other accounts, and of no others', () => {
    const accounts = [
      account('root'),
      account('dept', { limitMinutes: 5 }),
      account('chem', { parent: 'dept', limitMinutes: 7 }),
    ];
    expect(codes(facts({ accounts })).warnings).toEqual(['ancestor-limit']);
    expect(
      codes(facts({ accounts: [account('root'), account('chem', { limitMinutes: 7 })] })).warnings,
    ).toEqual([]);
  });

  it.each([
    ['cpu=5|||1.000000|long', ['qos-limit']],
    ['||0|1.000000|x', ['qos-limit']],
    ['|||2.000000|a|b', ['qos-usage-factor']],
  ])('warns of a QOS %j', (line, warnings) => {
    expect(codes(facts({ qualities: parseQualities(`${line}\n`) })).warnings).toEqual(warnings);
  });

  it('reads a setting that is empty, and one that holds the sign itself', () => {
    const settings = parseSettings(
      'PriorityFlags           = \nSchedulerParameters     = bf_interval=2,x\nnoise\n',
    );
    expect([...settings]).toEqual([
      ['PriorityFlags', ''],
      ['SchedulerParameters', 'bf_interval=2,x'],
    ]);
  });
});
