import { runCommand, type OutputLine, type Ran } from '../../ledger-checks/run-command.ts';
import { dayText, firstDay } from './settle.ts';
import type { SoakSite } from './soak-site.ts';

export interface Compared {
  /** Whether both commands ended with 0 and say that nothing differs. */
  readonly equal: boolean;
  readonly verify: OutputLine;
  readonly reconcile: OutputLine;
}

/** Runs `ledger:verify`, and `ledger:reconcile` over all days that have a run. */
export async function compareLedger({ stack, agent, lab, cluster }: SoakSite): Promise<Compared> {
  const verified = await runCommand('ledger-verify', ['--state', stack.state]);
  const reconciled = await runCommand(
    'ledger-reconcile',
    [
      ...['--state', stack.state, '--cluster', String(cluster), '--from', firstDay(), '--to', dayText(0)],
      ...['--grace', '0', '--agent-state-dir', agent.state],
    ],
    lab.env,
  );
  return {
    equal: holds(verified) && holds(reconciled),
    verify: outcomeOf(verified),
    reconcile: outcomeOf(reconciled),
  };
}

const holds = ({ code, summary }: Ran): boolean =>
  code === 0 && summary?.['differences'] === 0 && (summary['rows'] ?? summary['charges']) !== 0;

/** The summary, with the first of what differs. */
const outcomeOf = ({ code, summary, findings, said }: Ran): OutputLine => ({
  code,
  ...(summary ?? { said: said.slice(-1_000) }),
  ...(findings.length > 0 && { findings: findings.slice(0, 10) }),
});
