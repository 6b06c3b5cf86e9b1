import { runCommand, type OutputLine, type Ran } from '../../ledger-checks/run-command.ts';
import { dayText, firstDay } from './settle.ts';
import type { SoakSite } from './soak-site.ts';

export interface Compared {
  /** Whether both commands ended with 0 and say that nothing differs. */
  readonly equal: boolean;
  readonly verify: OutputLine;
  readonly reconcile: OutputLine;
}

/** Rows without a length, of which nothing hangs, are read with the others of a minute or two. */
const LAST_ROWS_MS = 180_000;

/** Runs `ledger:verify`, and `ledger:reconcile` over all days that have a run until the last rows are in. */
export async function compareLedger(site: SoakSite): Promise<Compared> {
  const until = Date.now() + LAST_ROWS_MS;
  let reconciled = await reconcile(site);
  while (!holds(reconciled) && Date.now() < until) reconciled = await reconcile(site);
  const verified = await runCommand('ledger-verify', ['--state', site.stack.state]);
  return {
    equal: holds(verified) && holds(reconciled),
    verify: outcomeOf(verified),
    reconcile: outcomeOf(reconciled),
  };
}

function reconcile({ stack, agent, lab, cluster }: SoakSite): Promise<Ran> {
  const days = ['--from', firstDay(), '--to', dayText(0)];
  const here = ['--state', stack.state, '--agent-state-dir', agent.state];
  return runCommand(
    'ledger-reconcile',
    [...here, '--cluster', String(cluster), ...days, '--grace', '0'],
    lab.env,
  );
}

const holds = ({ code, summary }: Ran): boolean =>
  code === 0 && summary?.['differences'] === 0 && (summary['rows'] ?? summary['charges']) !== 0;

/** The summary, with the first of what differs. */
const outcomeOf = ({ code, summary, findings, said }: Ran): OutputLine => ({
  code,
  ...(summary ?? { said: said.slice(-1_000) }),
  ...(findings.length > 0 && { findings: findings.slice(0, 10) }),
});
