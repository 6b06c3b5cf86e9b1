import { MAX_CHARGE_DAYS, type Charge } from '@keystone/shared/contracts/rest/usage.ts';
import { MOST_CHARGES, readCharges } from '@keystone/shared/store/ledger/charge-reader.ts';
import type { PostedCharge } from '@keystone/shared/store/ledger/ledger-records.ts';
import type { Reply } from '../http/reply.ts';
import { badQuery } from '../lists/filter-value.ts';
import { pageOf } from '../lists/page.ts';
import type { ApiRequest } from '../resources/api-request.ts';
import { parseAccountDays } from './account-days.ts';

/** Charges of an account on a cluster by the day of their end, newest first. */
export async function listCharges(request: ApiRequest): Promise<Reply> {
  const { page, ...asked } = await parseAccountDays(request, MAX_CHARGE_DAYS);
  const limit = MOST_CHARGES;
  const { charges, more } = await readCharges(request.deps.ledger, { ...asked, limit });
  if (more) throw badQuery('from', `the days hold more than ${limit} charges; ask for fewer days`);
  const body = pageOf(
    request.call,
    page,
    charges.map((charge) => ({ record: presentCharge(charge), row: { values: {}, words: [] } })),
  );
  return { status: 200, body };
}

const timeOf = (seconds: number) => new Date(seconds * 1000).toISOString();

function presentCharge({ cluster, account, user, seconds, revisions, record }: PostedCharge): Charge {
  return {
    cluster,
    account,
    user,
    job_id: record.jobId,
    job_id_raw: record.jobIdRaw,
    submit: timeOf(record.submit),
    start: record.start === null ? null : timeOf(record.start),
    end: timeOf(record.end),
    elapsed: record.elapsed,
    state: record.state,
    partition: record.partition,
    qos: record.qos,
    alloc_tres: record.allocTres,
    charge: seconds,
    revisions,
  };
}
