import { HourDays } from '@keystone/agent/spool/hour-days.ts';
import { intoSegments, newRuns } from '@keystone/agent/spool/segments.ts';
import type { UsageMessage, UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';

export const ZONE = 'Europe/London';

/** How jobs spread over accounts and people. */
export interface Mix {
  accounts: number;
  usersPerAccount: number;
  /** Rows that the agent finds in one read of the accounting, and sorts before it cuts segments. */
  rowsPerRead: number;
}

/** A centre's mix: forty accounts of five people, a few of whom run most of the jobs. */
export const centreMix: Mix = { accounts: 40, usersPerAccount: 5, rowsPerRead: 840 };

/** Messages as the agent would send them, cut by its own code. The same seed gives the same messages. */
export function* usageMessages(jobs: number, mix: Mix, seed = 1): Generator<UsageMessage> {
  let segment = 0;
  const random = testSources(seed).random;
  const days = new HourDays(ZONE);
  const nothing = { find: () => undefined };
  for (let done = 0; done < jobs; done += mix.rowsPerRead) {
    const count = Math.min(mix.rowsPerRead, jobs - done);
    const rows = Array.from({ length: count }, (_, at) => usageRow(done + at + 1, mix, random));
    for (const runs of intoSegments(newRuns(rows, nothing), days)) {
      segment += 1;
      yield { v: 1, epoch: 1, segment, records: runs.map(({ record }) => record) };
    }
  }
}

const FIRST_END = Date.UTC(2026, 10, 2, 8) / 1000;

/** A job as sacct tells it: ends follow each other by a second, lengths from minutes to a day. */
export function usageRow(job: number, mix: Mix, random: () => number): UsageRecord {
  // The square favours few: a tenth of the people run a third of the jobs.
  const person = Math.floor(random() ** 2 * mix.accounts * mix.usersPerAccount);
  const account = `team${Math.floor(person / mix.usersPerAccount)}`;
  const end = FIRST_END + job;
  const elapsed = Math.floor(60 * 1440 ** random());
  const start = end - elapsed;
  const cores = 2 ** Math.floor(random() * 7);
  const node = `node${String(1 + Math.floor(random() * 200)).padStart(3, '0')}`;
  return {
    jobIdRaw: job,
    jobId: String(job),
    submit: start - 30,
    eligible: start - 30,
    start,
    end,
    elapsed,
    suspended: 0,
    timeLimit: 86_400,
    state: 'COMPLETED',
    exitCode: '0:0',
    user: `user${person}`,
    account,
    partition: 'batch',
    qos: 'normal',
    allocTres: `billing=${cores},cpu=${cores},mem=${cores * 4}G,node=1`,
    nodes: 1,
    nodeList: node,
    totalCpu: '00:41:07',
  };
}
