/** One kind that a deletion hides and one that it deletes; both have a unique value, the second has edges. */
export type ModelKind = 'team' | 'membership';

export interface ModelRecord {
  kind: ModelKind;
  id: number;
  version: number;
  hidden: boolean;
  fields: Record<string, unknown>;
}

/** What a record's history says: what was done, and to which fields. */
export interface HistoryLine {
  action: 'create' | 'update' | 'delete';
  fields: string[];
}

export const nameOf = (kind: ModelKind, id: number) => `${kind} ${id}`;

/** The value of a record that no other may have. */
export function uniqueValue(kind: ModelKind, fields: Record<string, unknown>): string {
  return kind === 'team' ? `slug ${fields['slug']}` : `membership ${fields['user']} ${fields['team']}`;
}

/** The store as people see it: records, their history, what is owed. */
export class StoreModel {
  readonly records = new Map<string, ModelRecord>();
  readonly history = new Map<string, HistoryLine[]>();
  readonly events: number[] = [];

  /** Who holds a unique value; a hidden record keeps its own. */
  holder(value: string): ModelRecord | undefined {
    return [...this.records.values()].find(({ kind, fields }) => uniqueValue(kind, fields) === value);
  }

  members(team: number): ModelRecord[] {
    return [...this.records.values()].filter(
      ({ kind, fields }) => kind === 'membership' && fields['team'] === team,
    );
  }
}

/** A unit of work on the model: a copy that becomes the store or is forgotten. */
export class ModelUnit {
  readonly #store: StoreModel;
  readonly #now = new Map<string, ModelRecord>();
  readonly #written = new Set<string>();
  readonly #events = new Set<number>();

  constructor(store: StoreModel) {
    this.#store = store;
    for (const [name, record] of store.records) this.#now.set(name, record);
  }

  /** Records that can be read, in the order of their making. */
  visible(): ModelRecord[] {
    return [...this.#now.values()].filter(({ hidden }) => !hidden);
  }

  holder(value: string): ModelRecord | undefined {
    return [...this.#now.values()].find(({ kind, fields }) => uniqueValue(kind, fields) === value);
  }

  /** True where another record has the unique value of these fields. */
  isTaken(kind: ModelKind, fields: Record<string, unknown>, id?: number): boolean {
    const holder = this.holder(uniqueValue(kind, fields));
    return holder !== undefined && holder.id !== id;
  }

  get isDirty(): boolean {
    return this.#events.size > 0 || this.#changes().length > 0;
  }

  put(kind: ModelKind, id: number, fields: Record<string, unknown>): void {
    const name = nameOf(kind, id);
    const version = this.#store.records.get(name)?.version ?? 0;
    this.#now.set(name, { kind, id, version, hidden: false, fields });
    this.#written.add(name);
  }

  remove(record: ModelRecord): void {
    const name = nameOf(record.kind, record.id);
    if (record.kind === 'team' && this.#store.records.has(name))
      this.#now.set(name, { ...record, hidden: true });
    else this.#now.delete(name);
    this.#written.add(name);
  }

  emit(cluster: number): void {
    this.#events.add(cluster);
  }

  #changes(): [string, ModelRecord | undefined, ModelRecord | undefined][] {
    return [...this.#written]
      .map((name): [string, ModelRecord | undefined, ModelRecord | undefined] => [
        name,
        this.#store.records.get(name),
        this.#now.get(name),
      ])
      .filter(([, before, after]) => before !== undefined || after !== undefined);
  }

  /** Makes it the store. */
  commit(): void {
    for (const [name, before, after] of this.#changes()) {
      const line = historyLine(before, after);
      this.#store.history.set(name, [...(this.#store.history.get(name) ?? []), line]);
      if (after) this.#store.records.set(name, { ...after, version: (before?.version ?? 0) + 1 });
      else this.#store.records.delete(name);
    }
    this.#store.events.push(...this.#events);
  }
}

function historyLine(before: ModelRecord | undefined, after: ModelRecord | undefined): HistoryLine {
  const all = (record: ModelRecord | undefined) => Object.keys(record?.fields ?? {}).sort();
  if (!before) return { action: 'create', fields: all(after) };
  if (!after || after.hidden) return { action: 'delete', fields: all(before) };
  const fields = all(after).filter((field) => before.fields[field] !== after.fields[field]);
  return { action: 'update', fields };
}
