import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import type { OutboxEvent } from '../contracts/events.ts';
import { nextClockId, auditItem, changesOf, type Actor, type AuditEntry } from './audit.ts';
import { readByGuard, readItem } from './control-reader.ts';
import { reserveIds } from './counters.ts';
import { MAX_ACTIONS, TakenError, TooLargeError } from './errors.ts';
import { outcomeItem, type IdempotentCall, type IdempotentOutcome } from './idempotency.ts';
import { readRecord, writeRecord, keyItem, toItem, type Item } from './items.ts';
import { entitlementKey, keyOf, kinds, type Edge, type NumberedKind } from './kinds.ts';
import { outboxEntry, outboxItem, type OutboxEntry } from './outbox.ts';
import type { Key, Kind, RecordShapes, Stored } from './records.ts';
import type { ControlTable } from './tables.ts';
import { transact } from './transact.ts';

/** Clock and ids, injected. */
export interface Sources {
  now(): Date;
  ulid(): string;
}

/** A record within a unit of work: as it was read, and as it will be written. */
interface Tracked<K extends Kind = Kind> {
  kind: K;
  key: Key;
  /** Undefined where the unit of work creates it. */
  before: RecordShapes[K] | undefined;
  after: RecordShapes[K];
  version: number;
  state: 'read' | 'changed' | 'removed';
  /** What the item holds beside the fields that this code knows; it is written back as it was. */
  raw: Item;
  hidden: boolean;
}

const idOf = (key: Key) => `${key.pk}\n${key.sk}`;

/**
 * Everything that one request reads and writes of the control table, committed as one transaction: records on
 * condition of their versions, guards, edges, an audit entry beside each, one outbox entry, and a check of every record
 * that a rule relied on without writing it. Reads see earlier writes of the same unit of work.
 */
export class UnitOfWork {
  readonly table: ControlTable;
  readonly actor: Actor;
  readonly sources: Sources;
  #tracked = new Map<string, Tracked>();
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
    const pending = [...this.#tracked.values()].find(
      (entry): entry is Tracked<K> =>
        entry.kind === kind && entry.state !== 'removed' && this.#guards(kind, entry).includes(guard),
    );
    if (pending) return this.#stored(kind, pending);
    const found = await readByGuard(this.table, kind, guard);
    return found && this.get(kind, found.fields.id);
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
    const held = new Set(
      tracked.before ? kinds[record.kind].guards(tracked.before).map(({ key }) => key) : [],
    );
    await this.#refuseTaken(record.kind, after, held);
    tracked.after = after;
    tracked.state = 'changed';
    return this.#stored(record.kind, tracked);
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
  note<K extends Kind>({ kind, key }: Stored<K>, changes: AuditEntry['changes']): void {
    const now = this.sources.now();
    const item = auditItem(key, this.#auditEntry(kind, 'update', changes, now));
    this.include({
      Put: { TableName: this.table.table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
    });
  }

  /** Makes the call repeatable: its outcome is written in the same transaction as its effect. */
  remember(call: IdempotentCall, outcome: IdempotentOutcome): void {
    const item = outcomeItem(call, outcome, this.sources.now());
    this.include({
      Put: {
        TableName: this.table.table,
        Item: item,
        ConditionExpression: 'attribute_not_exists(pk) OR #until <= :now',
        ExpressionAttributeNames: { '#until': 'until' },
        ExpressionAttributeValues: { ':now': { S: this.sources.now().toISOString() } },
      },
    });
  }

  /** True where a commit would write anything. */
  get isDirty(): boolean {
    return this.#extra.length > 0 || [...this.#tracked.values()].some(({ state }) => state !== 'read');
  }

  /** The writes and checks that a commit would send, with the outbox entry among them. */
  actions(): { actions: TransactWriteItem[]; outbox: OutboxEntry | undefined } {
    const now = this.sources.now();
    const actions = [...this.#tracked.values()].flatMap((entry) => this.#actionsOf(entry, now));
    const events = [...this.#events.values()];
    const outbox = events.length > 0 ? outboxEntry(this.sources.ulid(), now, events) : undefined;
    if (outbox)
      actions.push({
        Put: {
          TableName: this.table.table,
          Item: outboxItem(outbox),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      });
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
    if (known) return known.state === 'removed' || known.hidden ? undefined : this.#stored(kind, known);
    const item = await readItem(this.table, key);
    if (!item) return undefined;
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
    return record.hidden ? undefined : record;
  }

  async #add<K extends Kind>(kind: K, fields: RecordShapes[K]): Promise<Stored<K>> {
    await this.#refuseTaken(kind, fields, new Set());
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
    return this.#stored(kind, tracked);
  }

  async #refuseTaken<K extends Kind>(
    kind: K,
    fields: RecordShapes[K],
    held: ReadonlySet<string>,
  ): Promise<void> {
    for (const { key, field } of kinds[kind].guards(fields)) {
      if (held.has(key)) continue;
      const pending = [...this.#tracked.values()].some(
        (entry) =>
          entry.kind === kind &&
          idOf(entry.key) !== idOf(kinds[kind].key(fields)) &&
          this.#guards(kind, entry).includes(key),
      );
      const freed = [...this.#tracked.values()].some(
        (entry) =>
          entry.kind === kind &&
          entry.state === 'removed' &&
          !kinds[kind].kept &&
          this.#guardsBefore(kind, entry).includes(key),
      );
      if (pending || (!freed && (await readItem(this.table, { pk: `U#${key}`, sk: 'A' }))))
        throw new TakenError(kind, field);
    }
  }

  #guards<K extends Kind>(kind: K, entry: Tracked): string[] {
    return entry.kind === kind && entry.state !== 'removed'
      ? kinds[kind].guards(kinds[kind].schema.parse(entry.after)).map(({ key }) => key)
      : [];
  }

  #guardsBefore<K extends Kind>(kind: K, entry: Tracked): string[] {
    return entry.kind === kind && entry.before
      ? kinds[kind].guards(kinds[kind].schema.parse(entry.before)).map(({ key }) => key)
      : [];
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
    if (!entry) throw new Error(`${record.kind} at ${record.key.pk} was not read through this unit of work`);
    return entry;
  }

  #stored<K extends Kind>(kind: K, { key, version, hidden, after }: Tracked<K>): Stored<K> {
    return { kind, key, version, hidden, fields: after };
  }

  #actionsOf(entry: Tracked, now: Date): TransactWriteItem[] {
    const TableName = this.table.table;
    const Key = keyItem(entry.key);
    const unchanged = {
      ConditionExpression: 'v = :v',
      ExpressionAttributeValues: { ':v': { N: String(entry.version) } },
    };
    if (entry.state === 'read') return [{ ConditionCheck: { TableName, Key, ...unchanged } }];
    if (entry.state === 'removed' && !entry.before) return [];
    return [
      this.#recordAction(entry, unchanged),
      ...this.#relatedActions(entry),
      this.#auditAction(entry, now),
    ];
  }

  #recordAction(
    entry: Tracked,
    unchanged: { ConditionExpression: string; ExpressionAttributeValues: Item },
  ): TransactWriteItem {
    const TableName = this.table.table;
    const kept = kinds[entry.kind].kept;
    if (entry.state === 'removed' && !kept)
      return { Delete: { TableName, Key: keyItem(entry.key), ...unchanged } };
    const hidden = entry.state === 'removed';
    const written = writeAny(entry, hidden);
    const { gsi1pk: _pk, gsi1sk: _sk, ...raw } = entry.raw;
    const Item = { ...raw, ...written };
    return {
      Put: {
        TableName,
        Item,
        ...(entry.before ? unchanged : { ConditionExpression: 'attribute_not_exists(pk)' }),
      },
    };
  }

  #relatedActions(entry: Tracked): TransactWriteItem[] {
    const TableName = this.table.table;
    const gone = entry.state === 'removed';
    const before = entry.before ? relationsOf(entry, entry.before) : { guards: [], edges: [] };
    const after = gone
      ? { guards: kinds[entry.kind].kept ? before.guards : [], edges: [] }
      : relationsOf(entry, entry.after);
    const actions: TransactWriteItem[] = [];
    for (const guard of after.guards.filter((key) => !before.guards.includes(key)))
      actions.push({
        Put: {
          TableName,
          Item: toItem({
            pk: `U#${guard}`,
            sk: 'A',
            _v: 1,
            id: entry.after && 'id' in entry.after ? entry.after.id : undefined,
          }),
          ConditionExpression: 'attribute_not_exists(pk)',
        },
      });
    for (const guard of before.guards.filter((key) => !after.guards.includes(key)))
      actions.push({ Delete: { TableName, Key: keyItem({ pk: `U#${guard}`, sk: 'A' }) } });
    const known = new Map(before.edges.map((edge) => [idOf(edge), JSON.stringify(edge)]));
    const wanted = new Map(after.edges.map((edge) => [idOf(edge), edge]));
    for (const edge of wanted.values())
      if (known.get(idOf(edge)) !== JSON.stringify(edge))
        actions.push({ Put: { TableName, Item: edgeItem(edge) } });
    for (const edge of before.edges)
      if (!wanted.has(idOf(edge))) actions.push({ Delete: { TableName, Key: keyItem(edge) } });
    return actions;
  }

  #auditAction(entry: Tracked, now: Date): TransactWriteItem {
    const gone = entry.state === 'removed';
    const action = gone ? 'delete' : entry.before ? 'update' : 'create';
    const changes = changesOf(entry.kind, entry.before, gone ? undefined : entry.after);
    const item = auditItem(entry.key, this.#auditEntry(entry.kind, action, changes, now));
    return {
      Put: { TableName: this.table.table, Item: item, ConditionExpression: 'attribute_not_exists(pk)' },
    };
  }

  #auditEntry(
    kind: Kind,
    action: AuditEntry['action'],
    changes: AuditEntry['changes'],
    now: Date,
  ): AuditEntry {
    return {
      id: nextClockId(now),
      record: kinds[kind].label,
      action,
      actor: this.actor.user,
      cid: this.actor.cid,
      remote: this.actor.remote,
      timestamp: now.toISOString(),
      changes,
    };
  }
}

function isOfKind<K extends Kind>(entry: Tracked, kind: K): entry is Tracked<K> {
  return entry.kind === kind;
}

function writeAny(entry: Tracked, hidden: boolean): Item {
  return writeRecord(entry.kind, entry.after, entry.version + 1, hidden);
}

function relationsOf(entry: Tracked, fields: RecordShapes[Kind]): { guards: string[]; edges: Edge[] } {
  const definition = kinds[entry.kind];
  return relations(definition, fields);
}

function relations<K extends Kind>(
  definition: (typeof kinds)[K],
  fields: RecordShapes[Kind],
): { guards: string[]; edges: Edge[] } {
  const own = definition.schema.parse(fields);
  return { guards: definition.guards(own).map(({ key }) => key), edges: definition.edges(own) };
}

function edgeItem({ attributes, ...key }: Edge): Item {
  return toItem({ ...attributes, ...key, _v: 1 });
}
