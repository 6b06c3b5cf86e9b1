import { MAX_USAGE_DAYS } from '@keystone/shared/contracts/rest/usage.ts';
import { readDayUsage } from '@keystone/shared/store/ledger/balance-reader.ts';
import type { Reply } from '../http/reply.ts';
import { pageOf } from '../lists/page.ts';
import type { ApiRequest } from '../resources/api-request.ts';
import { parseAccountDays } from './account-days.ts';

/** What an account used on a cluster by the day on which the runs started, oldest first. */
export async function listUsageDays(request: ApiRequest): Promise<Reply> {
  const { account, cluster, from, to, page } = await parseAccountDays(request, MAX_USAGE_DAYS);
  const days = await readDayUsage(request.deps.ledger, cluster, account);
  const used = days.filter(({ day, seconds }) => seconds !== 0 && day >= from && day <= to);
  const body = pageOf(
    request.call,
    page,
    used.map(({ day, seconds }) => ({ record: { day, used: seconds }, row: { values: {}, words: [] } })),
  );
  return { status: 200, body };
}
