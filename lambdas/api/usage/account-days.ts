import { addDays } from '@keystone/shared/domain/calendar.ts';
import { pageQuerySchema } from '@keystone/shared/contracts/rest/list.ts';
import { accountDaysSchema } from '@keystone/shared/contracts/rest/usage.ts';
import { may } from '@keystone/shared/domain/rights.ts';
import { readByGuard } from '@keystone/shared/store/table/control-reader.ts';
import { guardKeys } from '@keystone/shared/store/table/kinds.ts';
import type * as z from 'zod';
import { parseFields } from '../http/fields.ts';
import { notAllowed } from '../http/refusals.ts';
import { badQuery } from '../lists/filter-value.ts';
import type { ListQuery } from '../lists/list-query.ts';
import { callerTeams, type ApiRequest } from '../resources/api-request.ts';

/** The order of the answer is the one that there is. */
const querySchema = accountDaysSchema.extend(pageQuerySchema.shape);

interface AccountDays extends z.infer<typeof accountDaysSchema> {
  page: ListQuery;
}

/**
 * The days of an account that a caller asks for and may see.
 *
 * @throws Refusal where the query is wrong, spans more than `most` days, or the account is not the caller's to look at
 */
export async function parseAccountDays(request: ApiRequest, most: number): Promise<AccountDays> {
  const query = parseFields(querySchema, Object.fromEntries(request.call.query), 'bad-query');
  const { account, cluster, from, to, _limit, _offset } = query;
  await checkMayRead(request, account);
  if (to < from) throw badQuery('to', 'lies before from');
  if (to > addDays(from, most - 1)) throw badQuery('to', `spans more than ${most} days`);
  const page = { filters: [], order: [], search: undefined, limit: _limit, offset: _offset };
  return { account, cluster, from, to, page };
}

/** An account is a team's slug. One that no team has is staff's to look at. */
async function checkMayRead(request: ApiRequest, account: string): Promise<void> {
  const { caller, deps } = request;
  const team = caller.user.is_staff
    ? undefined
    : await readByGuard(deps.control, 'team', guardKeys.slug(account));
  const role = team ? ((await callerTeams(request)).get(team.fields.id) ?? null) : null;
  if (!may('read', 'balance', { staff: caller.user.is_staff, own: false, role }))
    throw notAllowed("Only members of the account's team, and staff, see what it used.");
}
