import { accountShape, policyHash } from '@keystone/shared/contracts/policy-hash.ts';
import type { Policy, PolicyAccount, SegmentMark } from '@keystone/shared/contracts/policy.ts';
import { dayOf } from '@keystone/shared/domain/calendar.ts';
import { settleGrants } from '@keystone/shared/domain/entitlements.ts';
import { canonicalJson } from '@keystone/shared/domain/policy-content.ts';
import {
  readAgent,
  readAgentState,
  type AgentRecord,
  type ReportedState,
} from '@keystone/shared/store/agent-records.ts';
import { readDayUsage } from '@keystone/shared/store/balance-reader.ts';
import { ConflictError } from '@keystone/shared/store/errors.ts';
import { mapBounded } from '@keystone/shared/store/map-bounded.ts';
import { readPolicyHead, writePolicyHead, type PolicyHead } from '@keystone/shared/store/policy-heads.ts';
import type { ControlTable, LedgerTable } from '@keystone/shared/store/tables.ts';
import { readDesiredAccounts, type DesiredAccount } from './desired-accounts.ts';

export interface PolicySources {
  control: ControlTable;
  ledger: LedgerTable;
  sources: {
    now(): Date;
    ulid(): string;
    random(): number;
    pause(milliseconds: number): Promise<void>;
  };
  zone: string;
}

export interface BuiltPolicy {
  head: PolicyHead;
  /** The head before, where this build made a new one. */
  previous: PolicyHead | undefined;
  agent: AgentRecord | undefined;
  /** What that agent last said; nothing that an agent before it said. */
  state: ReportedState['state'] | undefined;
}

const MAX_ATTEMPTS = 10;
const USAGE_QUERIES = 50;

/**
 * Builds a cluster's policy from what is stored and makes it the head where it differs from the one that is. Where
 * nothing that people decided changed there is no new version: the figures move with every job, and of those the agent
 * knows more. Figures are brought forward for accounts that changed, and for all on `refresh` or for a new agent.
 *
 * @throws ConflictError where other builds came first ten times over
 */
export async function buildPolicy(
  sources: PolicySources,
  cluster: number,
  refresh: boolean,
): Promise<BuiltPolicy> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await buildOnce(sources, cluster, refresh);
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
      await sources.sources.pause(sources.sources.random() * 10 * 2 ** attempt);
    }
  }
}

async function buildOnce(
  { control, ledger, sources, zone }: PolicySources,
  cluster: number,
  refresh: boolean,
): Promise<BuiltPolicy> {
  // The head comes first: whoever writes on it has read everything else after it.
  const before = await readPolicyHead(control, cluster);
  const accounts = before?.policy.accounts ?? [];
  const known = new Map(accounts.map((account) => [account.account, account]));
  const today = dayOf(sources.now().getTime() / 1000, zone);
  const [found, said, desired] = await Promise.all([
    readAgent(control, cluster),
    readAgentState(control, cluster),
    readDesiredAccounts(control, cluster, new Set(known.keys()), today),
  ]);
  const agent = found?.agent;
  const state = said && said.state.epoch === agent?.epoch ? said.state : undefined;
  const through = { epoch: agent?.epoch ?? 0, segment: state?.ackedThrough ?? 0 };
  const all = refresh || accounts.some((account) => account.through.epoch !== through.epoch);
  const next = await mapBounded(desired, USAGE_QUERIES, async (account) => {
    const standing = known.get(account.account);
    return standing && !all && isSameShape(standing, account)
      ? standing
      : withFigures(ledger, cluster, account, through);
  });
  const policy: Policy = {
    v: 1,
    cluster,
    zone,
    version: { epoch: before?.version.epoch ?? 1, n: (before?.version.n ?? 0) + 1 },
    accounts: withOrphans(next, accounts),
  };
  if (before && policyHash(policy) === before.hash)
    return { head: before, previous: undefined, agent, state };
  const head = await writePolicyHead(control, policy, before?.version, sources.ulid());
  return { head, previous: before, agent, state };
}

const shapeOf = (account: PolicyAccount) => canonicalJson(accountShape(account));

function isSameShape(standing: PolicyAccount, { awards, ...decided }: DesiredAccount): boolean {
  const { runsTotal, through } = standing;
  return shapeOf(standing) === shapeOf({ ...decided, grants: settleGrants(awards, []), runsTotal, through });
}

/**
 * An account with what its grants have carried and its runs in all. The mark was read before the runs: they hold at
 * least what it says, so an agent that adds what lies after it never counts too little.
 */
async function withFigures(
  ledger: LedgerTable,
  cluster: number,
  { awards, ...decided }: DesiredAccount,
  through: SegmentMark,
): Promise<PolicyAccount> {
  const usage = await readDayUsage(ledger, cluster, decided.account);
  const runsTotal = usage.reduce((sum, { seconds }) => sum + seconds, 0);
  return { ...decided, grants: settleGrants(awards, usage), runsTotal, through };
}

/** Accounts never leave a policy. One that lost its row (a table was restored) is locked, not forgotten. */
function withOrphans(next: readonly PolicyAccount[], accounts: readonly PolicyAccount[]): PolicyAccount[] {
  const present = new Set(next.map(({ account }) => account));
  const orphans = accounts
    .filter(({ account }) => !present.has(account))
    .map((account) => ({ ...account, locked: true }));
  return [...next, ...orphans].sort((a, b) => (a.account < b.account ? -1 : 1));
}
