import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { OutboxEvent } from '../../contracts/events.ts';
import { auditAction, changesOf, nextClockId, type Actor, type AuditEntry } from './audit.ts';
import { readByGuard, readItem } from '../table/control-reader.ts';
import { reserveIds } from './counters.ts';
import { MAX_ACTIONS, TakenError, TooLargeError } from '../table/errors.ts';
import { outcomeAction, type IdempotentCall, type IdempotentOutcome } from './idempotency.ts';
import { guardActions, guardKey, holderOf, isGivenUp } from './guard-changes.ts';
import { readRecord } from '../table/items.ts';
import { entitlementKey, keyOf, kinds, type NumberedKind } from '../table/kinds.ts';
import { markActions } from './change-marks.ts';
import { listingActions } from './listing-actions.ts';
import { outboxAction, outboxEntry, type OutboxEntry } from './outbox.ts';
import { checkAction, isWritten, recordActions, touchAction } from './record-actions.ts';
import type { Key, Kind, RecordShapes, Stored } from '../table/records.ts';
import type { ControlTable } from '../table/tables.ts';
import {
  idOf,
  isOfKind,
  isThere,
  relationsBefore,
  storedOf,
  type Tracked,
  type TrackedRecords,
} from '../table/tracked-record.ts';
import { transact } from '../table/transact.ts';

/** Clock and ids, injected. */
export interface Sources {
  now(): Date;
  ulid(): string;
}

/**
 * Everything that one request reads and writes of the control table, committed as one transaction: records on
 * condition of their versions, guards, edges, an audit entry beside each, one outbox entry, and a check of every record
 * that a rule relied on without writing it. Reads see earlier writes of the same unit of work.
 */
export class UnitOfWork {
  readonly table: ControlTable;
  readonly actor: Actor;
  readonly sources: Sources;
  #tracked: TrackedRecords = new Map();
  /** Keys that held nothing: what was decided on that must not be written over what came meanwhile. */
  #absent = new Set<string>();
  #events = new Map<string, OutboxEvent>();
  #extra: TransactWriteItem[] = [];

  constructor(table: ControlTable, actor: Actor, sources: Sources) {
    this.table = table;
    this.actor = actor;
    this.sources = sources;
  }

  /** A record that a rule relies on: the commit fails if it changed since. Undefined where there is none, or it is hidden. */
  async get<K extends NumberedKind>(kind: K, id: number): Promise<Stored<K> | undefined> {
    return this.#load(kind, keyOf(kind, id));
  }

  /** What an account was awarded on a cluster. */
  async getEntitlement(cluster: number, account: string): Promise<Stored<'entitlement'> | undefined> {
    return this.#load('entitlement', entitlementKey(cluster, account));
  }

  /** The record that holds a unique value (guardKeys). */
  async find<K extends NumberedKind>(kind: K, guard: string): Promise<Stored<K> | undefined> {
    const holder = holderOf(this.#tracked, guard);
    if (holder) return isOfKind(holder, kind) && isThere(holder) ? storedOf(holder) : undefined;
    const found = await readByGuard(this.table, kind, guard);
    const record = found && (await this.get(kind, found.fields.id));
    // It may have given the value up in this unit of work.
    return record && holderOf(this.#tracked, guard) ? record : undefined;
  }

  /** Adds a record with an id of its own. @throws TakenError where a unique value is taken */
  async create<K extends NumberedKind>(kind: K, fields: Omit<RecordShapes[K], 'id'>): Promise<Stored<K>> {
    const id = await reserveIds(this.table, kind);
    return this.#add(kind, kinds[kind].schema.parse({ ...fields, id }));
  }

  /** Adds an entitlement row. */
  async createEntitlement(fields: RecordShapes['entitlement']): Promise<Stored<'entitlement'>> {
    return this.#add('entitlement', fields);
  }

  /** Changes a record that this unit of work read or created. @throws TakenError where a unique value is taken */
  async update<K extends Kind>(record: Stored<K>, patch: Partial<RecordShapes[K]>): Promise<Stored<K>> {
    const tracked = this.#known(record);
    const after = kinds[record.kind].schema.parse({ ...tracked.after, ...patch });
    await this.#refuseTaken(record.kind, after);
    tracked.after = after;
    tracked.state = 'changed';
    return storedOf(tracked);
  }

  /**
   * Moves the version of a record that this unit of work read, and nothing else of it. Whoever adds a child touches the
   * parent whose rules look at all of its children: one of those could read them before, commit after, and miss it.
   */
  touch(kind: NumberedKind, id: number): void {
    const tracked = this.#trackedAs(kind, keyOf(kind, id));
    if (!tracked) throw new Error(`${kind} ${id} is not there for this unit of work; read it first`);
    if (tracked.state === 'read') tracked.state = 'touched';
  }

  /** Deletes a record, or hides it where its kind has a history that outlives it. */
  remove<K extends Kind>(record: Stored<K>): void {
    this.#known(record).state = 'removed';
  }

  /** Owes a side effect. The same event twice is owed once. */
  emit(event: OutboxEvent): void {
    this.#events.set(JSON.stringify(event), event);
  }

  /** Adds a write of another part of the store (a session, a policy head) to the same transaction. */
  include(action: TransactWriteItem): void {
    this.#extra.push(action);
  }

  /** Adds an entry to a record's history for what happened beside its own fields (a token made, an agent enrolled). */
  note({ kind, key }: Stored<'cluster'>, changes: AuditEntry['changes']): void {
    const { table } = this.table;
    this.include(
      auditAction(table, { kind, key, action: 'update', changes }, this.actor, this.sources.now()),
    );
  }

  /** Makes the call repeatable: its outcome is written in the same transaction as its effect. */
  remember(call: IdempotentCall, outcome: IdempotentOutcome): void {
    this.include(outcomeAction(this.table.table, call, outcome, this.sources.now()));
  }

  /** True where a commit would write anything. */
  get isDirty(): boolean {
    const owes = this.#extra.length + this.#events.size > 0;
    return owes || [...this.#tracked.values()].some((entry) => entry.state === 'touched' || isWritten(entry));
  }

  /** The writes and checks that a commit would send, with the outbox entry among them. */
  actions(): { actions: TransactWriteItem[]; outbox: OutboxEntry | undefined } {
    const now = this.sources.now();
    const actions = [...this.#tracked.values()].flatMap((entry) => this.#actionsOf(entry, now));
    actions.push(...guardActions(this.table.table, this.#tracked));
    actions.push(...listingActions(this.table.table, this.#tracked));
    actions.push(...markActions(this.table.table, this.#tracked.values(), this.sources));
    const events = [...this.#events.values()];
    const outbox = events.length > 0 ? outboxEntry(this.sources.ulid(), now, events) : undefined;
    if (outbox) actions.push(outboxAction(this.table.table, outbox));
    return { actions: [...actions, ...this.#extra], outbox };
  }

  /**
   * Writes it all, or nothing.
   *
   * @returns the outbox entry that the transaction left, to be sent at once (a sweep finds it else)
   * @throws ConflictError where a record changed meanwhile; TooLargeError where one transaction can't hold it
   */
  async commit(): Promise<OutboxEntry | undefined> {
    if (!this.isDirty) return undefined;
    const { actions, outbox } = this.actions();
    if (actions.length > MAX_ACTIONS) throw new TooLargeError(actions.length);
    await transact(this.table.client, actions, this.sources.ulid());
    return outbox;
  }

  async #load<K extends Kind>(kind: K, key: Key): Promise<Stored<K> | undefined> {
    const known = this.#trackedAs(kind, key);
    if (known) return isThere(known) ? storedOf(known) : undefined;
    if (this.#absent.has(idOf(key))) return undefined;
    const item = await readItem(this.table, key);
    // Two reads of a record at once track it once.
    if (this.#trackedAs(kind, key)) return this.#load(kind, key);
    if (!item) {
      this.#absent.add(idOf(key));
      return undefined;
    }
    const record = readRecord(kind, item);
    const tracked: Tracked<K> = {
      kind,
      key,
      before: record.fields,
      after: record.fields,
      version: record.version,
      state: 'read',
      raw: item,
      hidden: record.hidden,
    };
    this.#track(tracked);
    return record.hidden ? undefined : storedOf(tracked);
  }

  async #add<K extends Kind>(kind: K, fields: RecordShapes[K]): Promise<Stored<K>> {
    await this.#refuseTaken(kind, fields);
    const tracked: Tracked<K> = {
      kind,
      key: kinds[kind].key(fields),
      before: undefined,
      after: fields,
      version: 0,
      state: 'changed',
      raw: {},
      hidden: false,
    };
    this.#track(tracked);
    return storedOf(tracked);
  }

  async #refuseTaken<K extends Kind>(kind: K, fields: RecordShapes[K]): Promise<void> {
    const own = this.#tracked.get(idOf(kinds[kind].key(fields)));
    for (const { key, field } of kinds[kind].guards(fields)) {
      const holder = holderOf(this.#tracked, key);
      if (holder && holder !== own) throw new TakenError(kind, field);
      const isOurs = own !== undefined && relationsBefore(own).guards.includes(key);
      if (isOurs || isGivenUp(this.#tracked, key)) continue;
      if (await readItem(this.table, guardKey(key))) throw new TakenError(kind, field);
    }
  }

  #track<K extends Kind>(entry: Tracked<K>): void {
    // The map holds entries of every kind; #trackedAs narrows by the kind that the key's writer stored.
    this.#tracked.set(idOf(entry.key), entry);
  }

  #trackedAs<K extends Kind>(kind: K, key: Key): Tracked<K> | undefined {
    const entry = this.#tracked.get(idOf(key));
    return entry && isOfKind(entry, kind) ? entry : undefined;
  }

  #known<K extends Kind>(record: Stored<K>): Tracked<K> {
    const entry = this.#trackedAs(record.kind, record.key);
    if (!entry || !isThere(entry))
      throw new Error(`${record.kind} at ${record.key.pk} is not there for this unit of work; read it first`);
    return entry;
  }

  #actionsOf(entry: Tracked, now: Date): TransactWriteItem[] {
    const { table } = this.table;
    if (entry.state === 'read') return [checkAction(table, entry)];
    if (entry.state === 'touched') return [touchAction(table, entry)];
    if (!isWritten(entry)) return [];
    const { kind, key, before, after } = entry;
    const gone = entry.state === 'removed';
    const action = gone ? 'delete' : before ? 'update' : 'create';
    const changes = changesOf(kind, before, gone ? undefined : after);
    const id = nextClockId(now);
    return [
      ...recordActions(table, entry, id),
      auditAction(table, { kind, key, action, changes }, this.actor, now, id),
    ];
  }
}
