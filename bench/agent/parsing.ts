import { parseAccounting } from '@keystone/agent/schedulers/slurm/parse-accounting.ts';
import { parseAssociations } from '@keystone/agent/schedulers/slurm/parse-associations.ts';
import { parseUsers } from '@keystone/agent/schedulers/slurm/parse-users.ts';
import { planChanges } from '@keystone/agent/schedulers/plan-changes.ts';
import { SEPARATOR } from '@keystone/agent/schedulers/slurm/read-arguments.ts';
import type { BenchRun, Figure } from '../figures/figure.ts';
import { processorMs } from '../measure/process-usage.ts';
import { median } from '../measure/statistics.ts';
import * as answers from './slurm-answers.ts';

const ROWS = 100_000;
const TIMES = 5;
const NOW = Date.UTC(2026, 10, 24, 12) / 1000;

/** Rows of sacct parsed in memory; the floor splits the same text into its fields and does no more. */
export function measureParsing(run: BenchRun): Figure[] {
  const text = answers.accounting(NOW - 86_400, NOW, ROWS);
  const parse = () => {
    const { runs, unreadable } = parseAccounting(text, answers.CLUSTER, NOW);
    if (unreadable.length > 0 || runs.length !== ROWS) throw new Error(`${runs.length} rows were parsed`);
  };
  const split = () => text.split('\n').map((line) => line.split(SEPARATOR)).length;
  const rate = (work: () => unknown) => {
    const samples: number[] = [];
    for (let index = 0; index < TIMES; index++) samples.push(processorMs(work).ms);
    return (1000 * ROWS) / median(samples);
  };
  const figure = { key: 'agent.parse', value: rate(parse), floor: rate(split) };
  run.print({ part: 'sacct rows', rowsPerSecond: figure.value, splitOnly: figure.floor });
  return [figure];
}

/** A plan for a whole cluster in which one limit differs, from what Slurm prints to the changes. */
export function measurePlanning(run: BenchRun): Figure[] {
  const site = { accounts: 1_000, members: 30, jobs: 1_000 };
  const [associations, users] = [answers.associations(site, 600), answers.users(site)];
  const read = () => parseAssociations(associations, answers.CLUSTER, parseUsers(users));
  const { accounts } = read();
  const desired = accounts
    .filter(({ account }) => account !== 'root')
    .map(({ account, members }, index) => ({
      account,
      locked: false,
      limitMinutes: index === 500 ? 599 : 600,
      members: members.map(({ user }) => user),
    }));
  const samples: number[] = [];
  for (let index = 0; index < TIMES; index++) {
    const { ms, result } = processorMs(() =>
      planChanges(desired, { ...read(), unknownPeople: new Set(), jobs: new Map() }),
    );
    if (result.changes.length !== 1)
      throw new Error(`the plan has ${result.changes.length} changes, not one`);
    samples.push(ms);
  }
  const floor = processorMs(() => associations.split('\n').map((line) => line.split('|')));
  run.print({ part: 'plan', accounts: site.accounts, members: site.members, ms: median(samples) });
  return [{ key: 'agent.plan', value: median(samples), floor: floor.ms }];
}
