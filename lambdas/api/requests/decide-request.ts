import type * as z from 'zod';
import { decisionSchema, type DecisionResult } from '@keystone/shared/contracts/rest/decision.ts';
import { readNumbered } from '@keystone/shared/store/table/control-reader.ts';
import type { RequestStatus } from '@keystone/shared/domain/request-lifecycle.ts';
import { checkIfMatch, etagOf } from '../http/etag.ts';
import { parseFields } from '../http/fields.ts';
import { jsonBody } from '../http/json-body.ts';
import { badField, notAllowed, notFound } from '../http/refusals.ts';
import type { Reply } from '../http/reply.ts';
import type { ApiRequest } from '../resources/api-request.ts';
import { firstVersionOnly } from '../resources/first-version.ts';
import { writeOnce } from '../resources/repeatable.ts';
import { rehearse, type Write } from '../resources/write.ts';
import { effectsOf } from './decision-effects.ts';
import { presentRequests } from './present-requests.ts';
import { settleRequest, type SettledRequest } from './settle-request.ts';

type Decision = z.infer<typeof decisionSchema>;
interface Decided extends SettledRequest {
  statusBefore: RequestStatus;
}

/**
 * Decides a request in one transaction: status, awards, dates, the caller's review, and what the clusters hold. A dry
 * run answers the same and writes nothing. Of two who decide at once the first wins, and the other is told.
 */
export async function decideRequest(request: ApiRequest): Promise<Reply> {
  if (!request.caller.user.is_staff) throw notAllowed('Only staff decides requests.');
  const decision = parseFields(decisionSchema, jsonBody(request.call));
  if (decision.dry_run)
    return reply(request, await rehearse(request, (write) => decide(write, decision)), true);
  const refuseLaterVersion = firstVersionOnly();
  const done = await writeOnce(
    request,
    (write) => decide(write, decision, refuseLaterVersion),
    (decided) => ({ status: 200, subject: decided.request.fields.id }),
  );
  return done.first ? reply(request, done.result, false) : repeated(request);
}

async function decide(
  write: Write,
  { status, awards, active, expire, comment, dry_run }: Decision,
  refuseLaterVersion: ReturnType<typeof firstVersionOnly> = () => undefined,
): Promise<Decided> {
  const { uow, actor, request: call, now } = write;
  if (!actor.is_staff) throw notAllowed('Only staff decides requests.');
  const request = await uow.get('request', call.id ?? 0);
  if (!request) throw notFound(`There is no request ${call.id}.`);
  checkIfMatch(call.call, request.version);
  refuseLaterVersion(request);
  if (status !== 'AP' && awards.length > 0) throw badField('awards', 'go with an approval only');
  const settled = await settleRequest(write, request, {
    fields: {},
    status,
    active,
    expire,
    awards: awardsById(awards),
  });
  // Its id would come from a counter, which a dry run leaves alone.
  if (!dry_run)
    await uow.create('review', {
      request: request.fields.id,
      team: request.fields.team,
      reviewer: actor.id,
      status,
      comment: comment ?? null,
      submitted: now,
    });
  return { ...settled, statusBefore: request.fields.status };
}

function awardsById(awards: Decision['awards']): Map<number, number> {
  const byId = new Map(awards.map(({ allocation, awarded }) => [allocation, awarded]));
  if (byId.size < awards.length) throw badField('awards', 'name an allocation twice');
  return byId;
}

async function reply(request: ApiRequest, decided: Decided, dryRun: boolean): Promise<Reply> {
  const { allocations, placements } = decided;
  const [presented] = await presentRequests(request.deps, [decided.request], { allocations, placements });
  if (!presented) throw new Error('a decided request has no presentation');
  const body: DecisionResult = {
    dry_run: dryRun,
    status_before: decided.statusBefore,
    request: presented,
    effects: await effectsOf(request.deps, placements),
  };
  const { version } = decided.request;
  return { status: 200, body, headers: { etag: etagOf(dryRun ? version : version + 1) } };
}

/** The same call again: the request as it is now, and that nothing changed by the repetition. */
async function repeated(request: ApiRequest): Promise<Reply> {
  const found = await readNumbered(request.deps.control, 'request', request.id ?? 0);
  if (!found) throw notFound(`The request ${request.id} was deleted meanwhile.`);
  const [presented] = await presentRequests(request.deps, [found]);
  const body = { dry_run: false, status_before: found.fields.status, request: presented, effects: [] };
  return { status: 200, body, headers: { etag: etagOf(found.version) } };
}
