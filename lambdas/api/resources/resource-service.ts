import type { ResourceName } from '@keystone/shared/contracts/rest/operations.ts';
import { may, type Action, type Guarded } from '@keystone/shared/domain/rights.ts';
import type { NumberedKind } from '@keystone/shared/store/table/kinds.ts';
import type { RecordShapes, Stored } from '@keystone/shared/store/table/records.ts';
import { notAllowed } from '../http/refusals.ts';
import type { JsonObject } from '../http/json-body.ts';
import type { ListQuery } from '../lists/list-query.ts';
import type { Row } from '../lists/row.ts';
import { callerTeams, type ApiRequest } from './api-request.ts';
import { roleIn, type Write } from './write.ts';

/** What one kind of record adds to what all of them do alike. */
export interface ResourceService<K extends NumberedKind & Guarded> {
  kind: K;
  /** Its contract in `resources`. */
  name: ResourceName;
  /** The team whose members have rights to a record, where there is one. */
  teamOf?(fields: RecordShapes[K]): number;
  /** The user whose own a record is, where there is one. */
  ownerOf?(fields: RecordShapes[K]): number;
  /** Records that the caller may see; more than the query asks for does no harm. */
  visible(request: ApiRequest, query: ListQuery): Promise<Stored<K>[]>;
  rows(request: ApiRequest, records: readonly Stored<K>[], query: ListQuery): Promise<Row[]>;
  present(request: ApiRequest, records: readonly Stored<K>[]): Promise<object[]>;
  /** Checks the right to create as well: whose team it is stands in the body. */
  create(write: Write, body: JsonObject): Promise<Stored<K>>;
  update(write: Write, record: Stored<K>, body: JsonObject): Promise<Stored<K>>;
  /** True where an update is a decision: it is not repeated on what someone else decided meanwhile. */
  decides?(body: JsonObject): boolean;
  remove(write: Write, record: Stored<K>): Promise<void>;
  /** Cookies for an answer to an update, where it ended the caller's session. */
  cookiesAfter?(request: ApiRequest, record: Stored<K>, body: JsonObject): Promise<string[] | undefined>;
}

/** @throws Refusal not-allowed where the caller may not see the record */
export async function checkMayRead<K extends NumberedKind & Guarded>(
  service: ResourceService<K>,
  request: ApiRequest,
  fields: RecordShapes[K],
): Promise<void> {
  const { caller } = request;
  const team = service.teamOf?.(fields);
  const relation = {
    staff: caller.user.is_staff,
    own: service.ownerOf?.(fields) === caller.user.id,
    role: team === undefined ? null : ((await callerTeams(request)).get(team) ?? null),
  };
  if (!may('read', service.kind, relation)) throw notAllowed();
}

/** @throws Refusal not-allowed where the actor may not do this to the record */
export async function checkMayWrite<K extends NumberedKind & Guarded>(
  action: Action,
  service: ResourceService<K>,
  write: Write,
  fields: RecordShapes[K],
): Promise<void> {
  const { actor } = write;
  const team = service.teamOf?.(fields);
  const relation = { staff: actor.is_staff, own: service.ownerOf?.(fields) === actor.id, role: null };
  if (may(action, service.kind, relation)) return;
  const role = team === undefined ? null : await roleIn(write, team);
  if (!may(action, service.kind, { ...relation, role })) throw notAllowed();
}
