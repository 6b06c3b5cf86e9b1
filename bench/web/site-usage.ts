import { HourDays } from '@keystone/agent/spool/hour-days.ts';
import { intoSegments, newRuns } from '@keystone/agent/spool/segments.ts';
import type { UsageMessage, UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { testSources } from '@keystone/shared/store/testing/test-sources.ts';
import { ZONE } from '../ledger/usage-load.ts';

export const PAST_DAYS = 365;
const DAY = 86_400;

/** A year of jobs, one an account and day, as an agent would send them. They end today. */
export function* yearOfUsage(accounts: readonly string[], now: Date, seed = 1): Generator<UsageMessage> {
  const random = testSources(seed).random;
  const midnight = Math.floor(now.getTime() / 1000 / DAY) * DAY;
  const rows = Array.from({ length: PAST_DAYS }, (_, day) =>
    accounts.map((account, at) =>
      usageRow(account, day * accounts.length + at + 1, midnight + (day - PAST_DAYS) * DAY, random),
    ),
  ).flat();
  const segments = intoSegments(newRuns(rows, { find: () => undefined }), new HourDays(ZONE));
  let segment = 0;
  for (const runs of segments) {
    segment += 1;
    yield { v: 1, epoch: 1, segment, records: runs.map(({ record }) => record) };
  }
}

/** A job of a few hours on some cores, which began some time after midnight. */
function usageRow(account: string, job: number, midnight: number, random: () => number): UsageRecord {
  const start = midnight + Math.floor(random() * 10 * 3600);
  const elapsed = 600 + Math.floor(random() * 8 * 3600);
  const cores = 2 ** Math.floor(random() * 5);
  return {
    jobIdRaw: job,
    jobId: String(job),
    submit: start - 30,
    eligible: start - 30,
    start,
    end: start + elapsed,
    elapsed,
    suspended: 0,
    timeLimit: DAY,
    state: 'COMPLETED',
    exitCode: '0:0',
    user: 'ada',
    account,
    partition: 'batch',
    qos: 'normal',
    allocTres: `billing=${cores},cpu=${cores},mem=${cores * 4}G,node=1`,
    nodes: 1,
    nodeList: 'node001',
    totalCpu: '02:41:07',
  };
}
