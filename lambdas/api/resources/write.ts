import type { Day } from '@keystone/shared/domain/calendar.ts';
import type { Role } from '@keystone/shared/domain/rights.ts';
import { guardKeys } from '@keystone/shared/store/table/kinds.ts';
import type { RecordShapes } from '@keystone/shared/store/table/records.ts';
import { runUnitOfWork } from '@keystone/shared/store/unit-of-work/run-unit-of-work.ts';
import { UnitOfWork } from '@keystone/shared/store/unit-of-work/unit-of-work.ts';
import { sendOutbox } from '../../runtime/send-outbox.ts';
import { Refusal } from '../http/refusals.ts';
import { todayOf, type ApiRequest } from './api-request.ts';

/** A unit of work, and who does it: read anew within it, so that a right that was withdrawn meanwhile stops the commit. */
export interface Write {
  uow: UnitOfWork;
  actor: RecordShapes['user'];
  request: ApiRequest;
  today: Day;
  now: string;
}

const actorOf = ({ call, caller }: ApiRequest) => ({
  user: caller.user.id,
  cid: call.cid,
  remote: call.remote,
});

/**
 * Runs a use case and commits it, then sends what it owes.
 *
 * @param work may run several times; it decides on what is true at its last run
 */
export async function write<T>(request: ApiRequest, work: (write: Write) => Promise<T>): Promise<T> {
  const { control: table, sources, outbox: destination } = request.deps;
  const { result, outbox } = await runUnitOfWork(
    { table, actor: actorOf(request), sources, pause: sources.pause, random: sources.random },
    async (uow) => work(await writeOf(request, uow)),
  );
  await sendOutbox(destination, outbox);
  return result;
}

/** Runs a use case and leaves nothing behind. */
export async function rehearse<T>(request: ApiRequest, work: (write: Write) => Promise<T>): Promise<T> {
  const { control, sources } = request.deps;
  return work(await writeOf(request, new UnitOfWork(control, actorOf(request), sources)));
}

async function writeOf(request: ApiRequest, uow: UnitOfWork): Promise<Write> {
  const actor = await uow.get('user', request.caller.user.id);
  if (!actor?.fields.is_active) throw new Refusal('not-signed-in', 'This account was closed meanwhile.');
  const { deps } = request;
  return { uow, actor: actor.fields, request, today: todayOf(deps), now: deps.sources.now().toISOString() };
}

/** The actor's role in a team, or null. The commit fails where the membership changed meanwhile. */
export async function roleIn({ uow, actor }: Write, team: number): Promise<Role | null> {
  const membership = await uow.find('membership', guardKeys.membership(actor.id, team));
  return membership?.fields.role ?? null;
}
