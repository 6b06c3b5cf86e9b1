import { gzipSync } from 'node:zlib';
import { topicsOf } from '@keystone/shared/contracts/agent.ts';
import { policyHash } from '@keystone/shared/contracts/policy-hash.ts';
import type { Policy, PolicyAccount, PolicyDelta, PolicyPart } from '@keystone/shared/contracts/policy.ts';
import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { AgentConfig } from '../state/agent-config.ts';

export const NOON = Date.parse('2026-03-01T12:00:00Z') / 1000;

/** A run of ten seconds on two billing units. */
export function runOf(jobIdRaw: number, overrides: Partial<UsageRecord> = {}): UsageRecord {
  const end = overrides.end ?? NOON - 60;
  const elapsed = overrides.elapsed ?? 10;
  return {
    jobIdRaw,
    jobId: String(jobIdRaw),
    submit: end - elapsed - 5,
    eligible: end - elapsed - 5,
    start: end - elapsed,
    end,
    elapsed,
    suspended: 0,
    timeLimit: 10,
    state: 'COMPLETED',
    exitCode: '0:0',
    user: 'alice',
    account: 'chem',
    partition: 'batch',
    qos: 'normal',
    allocTres: 'billing=2,cpu=2,node=1',
    nodes: 1,
    nodeList: 'n1',
    totalCpu: '00:00:10',
    ...overrides,
  };
}

export function accountOf(account: string, overrides: Partial<PolicyAccount> = {}): PolicyAccount {
  return {
    account,
    locked: false,
    members: ['alice'],
    baseline: 0,
    credits: 0,
    grants: [{ id: 1, awarded: 36_000, from: '2026-01-01', until: null, drawn: 0 }],
    runsTotal: 0,
    through: { epoch: 1, segment: 0 },
    ...overrides,
  };
}

export function policyOf(n: number, accounts: PolicyAccount[], overrides: Partial<Policy> = {}): Policy {
  return { v: 1, cluster: 7, zone: 'Europe/Berlin', version: { epoch: 1, n }, accounts, ...overrides };
}

/** Messages that carry a policy or a delta whose result is `policy`. */
export function partsOf(policy: Policy, delta?: PolicyDelta, chars = 200): PolicyPart[] {
  const data = gzipSync(JSON.stringify(delta ?? policy)).toString('base64');
  const slices = data.match(new RegExp(`.{1,${chars - (chars % 4)}}`, 'g')) ?? [];
  return slices.map((slice, index) => ({
    v: 1,
    kind: delta ? 'delta' : 'full',
    version: policy.version,
    hash: policyHash(policy),
    part: index + 1,
    parts: slices.length,
    data: slice,
  }));
}

export const config: AgentConfig = {
  v: 1,
  historyDays: 30,
  url: 'https://keystone.example.org/api',
  thing: 'keystone-local-7',
  cluster: { id: 7, name: 'aurora' },
  epoch: 1,
  endpoint: { host: '127.0.0.1', port: 8883 },
  topics: topicsOf('local', 'keystone-local-7'),
  zone: 'Europe/Berlin',
  scheduler: { kind: 'slurm', conf: null },
};
