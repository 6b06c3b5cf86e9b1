import type { PolicyEvent } from '@keystone/shared/contracts/events.ts';
import { accountShape, policyHash } from '@keystone/shared/contracts/policy-hash.ts';
import type { Policy, PolicyAccount, PolicyVersion, SegmentMark } from '@keystone/shared/contracts/policy.ts';
import { dayOf } from '@keystone/shared/domain/calendar.ts';
import { settleAccount } from '@keystone/shared/domain/entitlements.ts';
import { canonicalJson, changedAccounts } from '@keystone/shared/domain/policy-content.ts';
import {
  readAgent,
  readAgentState,
  type AgentRecord,
  type ReportedState,
} from '@keystone/shared/store/agents/agent-records.ts';
import { ConflictError } from '@keystone/shared/store/table/errors.ts';
import {
  confirmPolicyHead,
  readPolicyHead,
  writePolicyHead,
  type PolicyHead,
} from '@keystone/shared/store/agents/policy-heads.ts';
import type { ControlTable, LedgerTable } from '@keystone/shared/store/table/tables.ts';
import { withFigures } from './account-figures.ts';
import { readDesiredAccounts, type DesiredAccount } from './desired-accounts.ts';
import { heldBy } from './held-policy.ts';
import { versionAfter } from './policy-version.ts';

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

type Asked = Pick<PolicyEvent, 'refresh' | 'restored'>;

const MAX_ATTEMPTS = 10;

/**
 * Builds a cluster's policy from what is stored and makes it the head where it differs from the one that is. Where
 * nothing that people decided changed there is no new version: the figures move with every job, and of those the agent
 * knows more. Figures are brought forward for accounts that changed, and for all on `refresh` or when a new agent first speaks.
 *
 * @throws ConflictError where other builds came first ten times over
 */
export async function buildPolicy(
  sources: PolicySources,
  cluster: number,
  asked: Asked,
): Promise<BuiltPolicy> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await buildOnce(sources, cluster, asked);
    } catch (error) {
      if (!(error instanceof ConflictError) || attempt === MAX_ATTEMPTS) throw error;
      await sources.sources.pause(sources.sources.random() * 10 * 2 ** attempt);
    }
  }
}

async function buildOnce(
  { control, ledger, sources, zone }: PolicySources,
  cluster: number,
  { refresh, restored }: Asked,
): Promise<BuiltPolicy> {
  // The head comes first: whoever writes on it has read everything else after it.
  const before = await readPolicyHead(control, cluster);
  const accounts = before?.policy.accounts ?? [];
  const known = new Map(accounts.map((account) => [account.account, account]));
  const now = sources.now();
  const today = dayOf(now.getTime() / 1000, zone);
  const [found, said, desired] = await Promise.all([
    readAgent(control, cluster),
    readAgentState(control, cluster),
    readDesiredAccounts(control, cluster, new Set(known.keys()), today),
  ]);
  const agent = found?.agent;
  const state = said && said.state.epoch === agent?.epoch ? said.state : undefined;
  const version = versionAfter(before, state ? heldBy(state) : null, { now, restored });
  const through = beginsEpoch(before, version) ? standingMark(before, agent) : markOf(agent, said?.state);
  const all = refresh || (state && accounts.some((account) => account.through.epoch !== state.epoch));
  const [kept, changed] = partition(desired, (account) => {
    const standing = all ? undefined : known.get(account.account);
    return standing && isSameShape(standing, account) ? standing : undefined;
  });
  const next = [...kept, ...(await withFigures(ledger, cluster, changed, through))];
  const policy: Policy = {
    v: 1,
    cluster,
    zone,
    version,
    accounts: withOrphans(next, accounts),
  };
  if (before && policy.version.epoch === before.version.epoch && isSameContent(before, policy)) {
    await confirmPolicyHead(control, cluster, before);
    return { head: before, previous: undefined, agent, state };
  }
  const head = await writePolicyHead(control, policy, before, sources.ulid());
  return { head, previous: before, agent, state };
}

/** Not all that a policy says is in its hash. */
const isSameContent = (before: PolicyHead, policy: Policy) =>
  policyHash(policy) === before.hash && changedAccounts(before.policy.accounts, policy.accounts).length === 0;

const shapeOf = (account: PolicyAccount) => canonicalJson(accountShape(account));

function isSameShape(standing: PolicyAccount, { awards, ...decided }: DesiredAccount): boolean {
  const { runsTotal, through } = standing;
  return shapeOf(standing) === shapeOf({ ...decided, ...settleAccount(awards, []), runsTotal, through });
}

/**
 * How far the agent said that it was acknowledged, read before the figures. The word of the agent before holds until a
 * new one has said something: its mark names its epoch, and a new agent counts nothing of that epoch twice.
 */
function markOf(agent: AgentRecord | undefined, said: ReportedState['state'] | undefined): SegmentMark {
  if (said) return { epoch: said.epoch, segment: said.ackedThrough };
  return { epoch: agent?.epoch ?? 0, segment: 0 };
}

const beginsEpoch = (before: PolicyHead | undefined, { epoch }: PolicyVersion) =>
  epoch !== (before?.version.epoch ?? 1);

/**
 * Where tables were restored, the agent was told more than they hold, and its word counts once it knows: until then figures stand
 * where those do that came back with the tables.
 */
const standingMark = (before: PolicyHead | undefined, agent: AgentRecord | undefined): SegmentMark =>
  before?.lowest ?? { epoch: agent?.epoch ?? 0, segment: 0 };

/** The items for which there is a standing value, as that value, and the others. */
function partition<T, S>(items: readonly T[], standingOf: (item: T) => S | undefined): [S[], T[]] {
  const standing: S[] = [];
  const others: T[] = [];
  for (const item of items) {
    const found = standingOf(item);
    if (found === undefined) others.push(item);
    else standing.push(found);
  }
  return [standing, others];
}

/** Accounts never leave a policy. One that lost its row (a table was restored) is locked, not forgotten. */
function withOrphans(next: readonly PolicyAccount[], accounts: readonly PolicyAccount[]): PolicyAccount[] {
  const present = new Set(next.map(({ account }) => account));
  const orphans = accounts
    .filter(({ account }) => !present.has(account))
    .map((account) => ({ ...account, locked: true }));
  return [...next, ...orphans].sort((a, b) => (a.account < b.account ? -1 : 1));
}
