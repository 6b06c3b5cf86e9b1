import { listQuerySchema } from '@keystone/shared/contracts/rest/list.ts';
import { chargesQuerySchema, MAX_CHARGE_DAYS, type Charge } from '@keystone/shared/contracts/rest/usage.ts';
import { addDays } from '@keystone/shared/domain/calendar.ts';
import { may } from '@keystone/shared/domain/rights.ts';
import { MOST_CHARGES, readCharges } from '@keystone/shared/store/charge-reader.ts';
import { readByGuard } from '@keystone/shared/store/control-reader.ts';
import { guardKeys } from '@keystone/shared/store/kinds.ts';
import type { PostedCharge } from '@keystone/shared/store/ledger-records.ts';
import { parseFields } from '../http/fields.ts';
import { notAllowed } from '../http/refusals.ts';
import type { Reply } from '../http/reply.ts';
import { badQuery } from '../lists/filter-value.ts';
import { pageOf } from '../lists/page.ts';
import { callerTeams, type ApiRequest } from '../resources/api-request.ts';

/** Newest first is the one order that there is. */
const querySchema = chargesQuerySchema.extend(listQuerySchema.pick({ _limit: true, _offset: true }).shape);

/** Charges of an account on a cluster by the day of their end, newest first. */
export async function listCharges(request: ApiRequest): Promise<Reply> {
  const { account, cluster, from, to, _limit, _offset } = parseFields(
    querySchema,
    Object.fromEntries(request.call.query),
    'bad-query',
  );
  await checkMayRead(request, account);
  if (to < from) throw badQuery('to', 'lies before from');
  if (to > addDays(from, MAX_CHARGE_DAYS - 1))
    throw badQuery('to', `spans more than ${MAX_CHARGE_DAYS} days`);
  const limit = MOST_CHARGES;
  const { charges, more } = await readCharges(request.deps.ledger, { cluster, account, from, to, limit });
  if (more) throw badQuery('from', `the days hold more than ${limit} charges; ask for fewer days`);
  const page = pageOf(
    request.call,
    { filters: [], order: [], search: undefined, limit: _limit, offset: _offset },
    charges.map((charge) => ({ record: presentCharge(charge), row: { values: {}, words: [] } })),
  );
  return { status: 200, body: page };
}

/** An account is a team's slug. One that no team has is staff's to look at. */
async function checkMayRead(request: ApiRequest, account: string): Promise<void> {
  const { caller, deps } = request;
  const team = caller.user.is_staff
    ? undefined
    : await readByGuard(deps.control, 'team', guardKeys.slug(account));
  const role = team ? ((await callerTeams(request)).get(team.fields.id) ?? null) : null;
  if (!may('read', 'balance', { staff: caller.user.is_staff, own: false, role }))
    throw notAllowed("Only members of the account's team, and staff, see its charges.");
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
