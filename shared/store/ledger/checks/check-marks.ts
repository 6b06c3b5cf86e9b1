import type { PolicyAccount, SegmentMark } from '../../../contracts/policy.ts';
import { isNewer } from '../../../domain/charges.ts';
import type { Difference } from '../../../domain/standing-differences.ts';
import { readAgent, readAgentState } from '../../agents/agent-records.ts';
import { readPolicyHead, readPolicyMark } from '../../agents/policy-heads.ts';
import { readUsageBeyond } from '../segment-reader.ts';
import type { ControlTable, LedgerTable } from '../../table/tables.ts';
import { readAccountSums } from './account-sums.ts';
import { tell, tellStanding, type CheckContext } from './check-context.ts';
import { findingOf } from './finding.ts';

/**
 * A cluster's marks against what is stored: those of its policy against what its agent had acknowledged, the figures at
 * a mark against balances without what came after it, and what was acknowledged against what left a trace.
 */
export async function checkMarks(
  context: CheckContext & { control: ControlTable },
  cluster: number,
): Promise<void> {
  const { control, ledger } = context;
  checkAcknowledged(context, cluster);
  const high = new Map<string, Difference>();
  await tellStanding(context, cluster, 'mark', async () => {
    high.clear();
    const [head, mark, said, found] = await Promise.all([
      readPolicyHead(control, cluster),
      readPolicyMark(control, cluster),
      readAgentState(control, cluster),
      readAgent(control, cluster),
    ]);
    if (!head || !mark) return [];
    const { accounts } = head.policy;
    const figures = await figuresAtMarks(ledger, cluster, accounts);
    for (const difference of figures.filter((each) => !isLow(each))) high.set(difference.name, difference);
    return [
      ...(mark.version.n === head.version.n && mark.version.epoch === head.version.epoch
        ? headDifferences(cluster, mark, accounts)
        : []),
      ...(found && said?.state.epoch === found.agent.epoch
        ? aheadOf(cluster, accounts, { epoch: found.agent.epoch, segment: said.state.ackedThrough })
        : []),
      ...figures.filter(isLow),
    ];
  });
  for (const difference of high.values()) tell(context, findingOf('note', 'mark', cluster, difference));
}

const textOf = (mark: SegmentMark | undefined) => (mark ? `${mark.epoch}/${mark.segment}` : null);

/** The head says its lowest and highest mark beside the accounts, for whoever does not read those. */
function headDifferences(
  cluster: number,
  head: { lowest?: SegmentMark | undefined; highest?: SegmentMark | undefined },
  accounts: readonly PolicyAccount[],
): Difference[] {
  const marks = accounts.map(({ through }) => through).sort((a, b) => (isNewer(a, b) ? 1 : -1));
  const expected = { lowest: textOf(marks[0]), highest: textOf(marks.at(-1)) };
  const found = { lowest: textOf(head.lowest), highest: textOf(head.highest) };
  return expected.lowest === found.lowest && expected.highest === found.highest
    ? []
    : [{ name: `marks of the head of policy ${cluster}`, expected, found }];
}

/** Figures that claim segments which the agent does not count as stored: it would count none of them. */
const aheadOf = (
  cluster: number,
  accounts: readonly PolicyAccount[],
  acknowledged: SegmentMark,
): Difference[] =>
  accounts
    .filter(({ through }) => isNewer(through, acknowledged))
    .map(({ account, through }) => ({
      name: `mark ${cluster} ${account}`,
      expected: { mark: textOf(acknowledged) },
      found: { mark: textOf(through) },
    }));

/**
 * Figures of accounts against balances without what segments after their mark added. Where runs come without a pause
 * while a policy is built, its figures are a little high, which is safe and mended by the next; never low.
 */
async function figuresAtMarks(
  ledger: LedgerTable,
  cluster: number,
  accounts: readonly PolicyAccount[],
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [, group] of Map.groupBy(accounts, ({ through }) => textOf(through))) {
    const mark = group[0]?.through;
    if (!mark) continue;
    const beyond = await readUsageBeyond(ledger, cluster, mark);
    for (const { account, runsTotal } of group) {
      const { seconds } = await readAccountSums(ledger, cluster, account);
      const after = (beyond.get(account) ?? []).reduce((sum, each) => sum + each.seconds, 0);
      if (seconds - after !== runsTotal)
        differences.push({
          name: `figures ${cluster} ${account} at ${textOf(mark)}`,
          expected: { seconds: seconds - after },
          found: { seconds: runsTotal },
        });
    }
  }
  return differences;
}

const isLow = ({ expected, found }: Difference) => Number(found['seconds']) < Number(expected['seconds']);

/**
 * The last segment that was acknowledged before the scan began left a trace: a charge or a revision under its number or
 * a later one, of this enrolment or one before: numbers go on. Rows that were put aside are a trace as well; what was put aside
 * without its number may have been that segment, so there it is a note; and where the agent was enrolled anew since, whose words stand in place of
 * those before. The next pass tells then.
 */
function checkAcknowledged(context: CheckContext, cluster: number): void {
  const { acknowledged, traces, quarantined } = context.state;
  const said = acknowledged.find((each) => each.cluster === cluster);
  if (!said || said.segment === 0) return;
  const own = traces.filter((each) => each.cluster === cluster);
  const last = own
    .filter(({ epoch }) => epoch <= said.epoch)
    .reduce((most, { segment }) => Math.max(most, segment), 0);
  if (last >= said.segment) return;
  const isEnrolledAnew = own.some(({ epoch }) => epoch > said.epoch);
  const type = quarantined.includes(cluster) || isEnrolledAnew ? 'note' : 'difference';
  const difference = {
    name: `acknowledged ${cluster} epoch ${said.epoch}`,
    expected: { segment: said.segment },
    found: { segment: last },
  };
  tell(context, findingOf(type, 'acknowledged', cluster, difference));
}
