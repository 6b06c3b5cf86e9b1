import type { FunctionName } from '@keystone/shared/contracts/environment.ts';

/** What one deployment of Keystone may set. Everything else is the same on every stage. */
export interface Stage {
  /** Lower-case letters, digits and hyphens; part of every name in the account. */
  name: string;
  /** Absent: the account and Region of whoever deploys. */
  env?: { account: string; region: string };
  /** IANA name. Allocations begin and end on this zone's calendar days. */
  zone: string;
  /**
   * Where people reach the site: a domain of your own (with its certificate in us-east-1), the address that CloudFront
   * gives, or no address known beforehand (a stack on one machine: then the one that a request came to).
   */
  site:
    { kind: 'domain'; domain: string; certificateArn: string } | { kind: 'cloudfront' } | { kind: 'request' };
  /** Receives the alarms; absent: alarms are seen on the dashboard only. */
  alarmMail?: string;
  /** A shared cache (ElastiCache Serverless Valkey) for `api`, which then sits in a VPC: docs/deploy.md, "The cache". */
  cache: boolean;
  logRetentionDays: 7 | 30 | 90 | 365;
  /** Bulkheads; empty where the account has little concurrency to reserve. */
  reservedConcurrency: Partial<Record<FunctionName, number>>;
}

const local: Stage = {
  name: 'local',
  env: { account: '000000000000', region: 'eu-west-1' },
  zone: 'Europe/London',
  site: { kind: 'request' },
  cache: false,
  logRetentionDays: 7,
  reservedConcurrency: {},
};

const dev: Stage = {
  name: 'dev',
  zone: 'Europe/London',
  site: { kind: 'cloudfront' },
  cache: false,
  logRetentionDays: 30,
  reservedConcurrency: {},
};

const prod: Stage = {
  name: 'prod',
  zone: 'Europe/London',
  site: { kind: 'cloudfront' },
  cache: false,
  logRetentionDays: 365,
  reservedConcurrency: { 'sign-in': 20, ledger: 20, 'outbox-sweep': 2 },
};

export const stages = { local, dev, prod };

/** The stage of that name, or an error that says which there are. */
export const stageNamed = (name: string): Stage => {
  const stage = Object.values(stages).find((candidate) => candidate.name === name);
  if (!stage) {
    throw new Error(
      `There is no stage "${name}" in cdk/stages.ts; choose one of: ${Object.keys(stages).join(', ')}.`,
    );
  }
  return stage;
};
