import type { AgentProblem } from '@keystone/shared/contracts/agent.ts';
import type { AccountState } from '../scheduler.ts';
import type { Partition, Quality } from './parse-configuration.ts';
import { durationSeconds } from './parse-values.ts';

/** What was read of a Slurm to judge it by. */
export interface SlurmFacts {
  readonly cluster: string;
  readonly settings: ReadonlyMap<string, string>;
  readonly partitions: readonly Partition[];
  readonly qualities: readonly Quality[];
  /** Clusters that slurmdbd knows. */
  readonly clusters: readonly string[];
  /** Whom the agent runs as, and its administrator level in Slurm. */
  readonly identity: { readonly user: string; readonly adminLevel: string };
  readonly accounts: readonly AccountState[];
}

export interface Findings {
  /** With one of these, limits would not be kept or could not be written. */
  readonly fatal: AgentProblem[];
  readonly warnings: AgentProblem[];
}

/** What keeps limits from working on this Slurm, and what makes them work badly. Pure. */
export function judge(facts: SlurmFacts): Findings {
  return {
    fatal: [...enforcementFindings(facts), ...rightsFindings(facts)],
    warnings: [
      ...counterFindings(facts),
      ...facts.partitions.flatMap(partitionFindings),
      ...overrideFindings(facts),
    ],
  };
}

const REQUIRED = ['associations', 'limits', 'safe'];
const SLOW_TICK_SECONDS = 300;

function enforcementFindings({ settings, clusters, cluster }: SlurmFacts): AgentProblem[] {
  const enforced = new Set((settings.get('AccountingStorageEnforce') ?? '').split(','));
  const missing = REQUIRED.filter((item) => !enforced.has(item));
  const findings: AgentProblem[] = [];
  if (missing.length > 0) {
    findings.push({
      code: 'limits-not-enforced',
      detail: `slurm.conf: AccountingStorageEnforce lacks ${missing.join(', ')}; set AccountingStorageEnforce=${REQUIRED.join(',')} and restart slurmctld`,
    });
  }
  if (enforced.has('nojobs')) {
    findings.push({
      code: 'runs-not-recorded',
      detail:
        'slurm.conf: AccountingStorageEnforce has nojobs, so no run is ever told; take it out and restart slurmctld',
    });
  }
  if (settings.get('AccountingStorageType') !== 'accounting_storage/slurmdbd') {
    findings.push({
      code: 'no-accounting',
      detail:
        'slurm.conf: set AccountingStorageType=accounting_storage/slurmdbd; accounts and limits live there',
    });
  }
  if (settings.get('PriorityType') !== 'priority/multifactor') {
    findings.push({
      code: 'usage-not-counted',
      detail:
        'slurm.conf: set PriorityType=priority/multifactor; without it Slurm does not count what accounts use',
    });
  }
  if (!clusters.includes(cluster)) {
    findings.push({
      code: 'cluster-unknown',
      detail: `slurmdbd does not know the cluster ${cluster}: sacctmgr add cluster ${cluster}`,
    });
  }
  return findings;
}

function rightsFindings({ identity, settings }: SlurmFacts): AgentProblem[] {
  const slurmUser = (settings.get('SlurmUser') ?? '').replace(/\(.*$/, '');
  if (identity.user === 'root' || identity.user === slurmUser) return [];
  if (identity.adminLevel === 'Operator' || identity.adminLevel === 'Administrator') return [];
  return [
    {
      code: 'no-operator-rights',
      detail: `the agent runs as ${identity.user}, who may not write limits: sacctmgr modify user where name=${identity.user} set adminlevel=Operator (the user needs an association first)`,
    },
  ];
}

/** The counter is only the brake; these make it drift from the ledger, or lag. */
function counterFindings({ settings }: SlurmFacts): AgentProblem[] {
  const findings: AgentProblem[] = [];
  const halfLife = settings.get('PriorityDecayHalfLife') ?? '';
  if (durationSeconds(halfLife) !== 0) {
    findings.push({
      code: 'usage-decays',
      detail: `slurm.conf: PriorityDecayHalfLife is ${halfLife}, so Slurm forgets usage; with 0 the limits are as exact as can be`,
    });
  }
  const reset = settings.get('PriorityUsageResetPeriod') ?? 'NONE';
  if (reset !== 'NONE') {
    findings.push({
      code: 'usage-reset',
      detail: `slurm.conf: PriorityUsageResetPeriod is ${reset}; limits are too wide from each reset until the agent's next pass`,
    });
  }
  const tick = durationSeconds(settings.get('PriorityCalcPeriod')) ?? 0;
  if (tick > SLOW_TICK_SECONDS) {
    findings.push({
      code: 'slow-counter',
      detail: `slurm.conf: PriorityCalcPeriod is ${tick / 60} minutes; usage of running jobs is counted so seldom. 1 to 5 are good values`,
    });
  }
  return findings;
}

function partitionFindings({ name, defaultTime, maxTime, billingWeights }: Partition): AgentProblem[] {
  const findings: AgentProblem[] = [];
  if (maxTime === 'UNLIMITED' && (defaultTime === 'NONE' || defaultTime === 'UNLIMITED')) {
    findings.push({
      code: 'partition-unlimited',
      detail: `partition ${name} has no time limit, so jobs without one never start under an account's limit: set DefaultTime or MaxTime`,
    });
  }
  const weights = billingWeights.split(',').map((entry) => entry.split('=')[1] ?? '0');
  if (
    billingWeights !== '' &&
    !weights.every((weight) => /^\d+[KMGTP]?$/i.test(weight.replace(/\.0+(?=$|[KMGTP])/i, '')))
  ) {
    findings.push({
      code: 'fractional-billing',
      detail: `partition ${name} has TRESBillingWeights=${billingWeights}; with fractions Slurm's counter drifts from its rows. Use whole weights, scaled up`,
    });
  }
  return findings;
}

/** Limits elsewhere that bind beside the account's own, or are looked at in its place. */
function overrideFindings({ accounts, qualities }: SlurmFacts): AgentProblem[] {
  const parents = new Set(accounts.map(({ parent }) => parent));
  return [
    ...accounts
      .filter(
        ({ account, limitMinutes, locked }) => parents.has(account) && (limitMinutes !== null || locked),
      )
      .map(({ account }) => ({
        code: 'ancestor-limit',
        detail: `account ${account} has a limit or lock, which binds every account below it`,
      })),
    ...qualities.flatMap(({ name, limits, usageFactor }) => [
      ...(limits
        ? [
            {
              code: 'qos-limit',
              detail: `QOS ${name} has group limits, which Slurm looks at in place of the account's`,
            },
          ]
        : []),
      ...(usageFactor === 1
        ? []
        : [
            {
              code: 'qos-usage-factor',
              detail: `QOS ${name} counts usage times ${usageFactor}; the ledger counts it once`,
            },
          ]),
    ]),
  ];
}
