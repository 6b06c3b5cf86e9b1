import { expect } from '@jest/globals';
import { ConflictError, TakenError } from '../table/errors.ts';
import { guardKeys } from '../table/kinds.ts';
import { membershipRecordSchema, teamRecordSchema } from '../table/records.ts';
import type { UnitOfWork } from '../unit-of-work/unit-of-work.ts';
import {
  nameOf,
  uniqueValue,
  type ModelKind,
  type ModelRecord,
  type ModelUnit,
} from './unit-of-work-model.ts';

type Fields = Record<string, unknown>;

const guardOf = (kind: ModelKind, fields: Fields) =>
  kind === 'team'
    ? guardKeys.slug(String(fields['slug']))
    : guardKeys.membership(Number(fields['user']), Number(fields['team']));

/** A unit of work and its model side by side: each step is done on both, which must answer alike. */
export class UnitPair {
  readonly real: UnitOfWork;
  readonly model: ModelUnit;
  /** Records that were read: the commit fails where another one changes them. */
  readonly touched = new Set<string>();

  constructor(real: UnitOfWork, model: ModelUnit) {
    this.real = real;
    this.model = model;
  }

  async create(kind: ModelKind, fields: Fields): Promise<void> {
    const taken = this.model.isTaken(kind, fields);
    const id = await this.#unlessTaken(taken, () => createReal(this.real, kind, fields));
    if (id !== undefined) this.model.put(kind, id, { ...fields, id });
  }

  async update(kind: ModelKind, at: number, patch: Fields): Promise<void> {
    const record = this.#pick(at, kind);
    if (!record) return;
    const { id } = record;
    await this.get(record);
    const fields = { ...record.fields, ...patch };
    const taken = this.model.isTaken(kind, fields, id);
    const updated = await this.#unlessTaken(taken, () => updateReal(this.real, kind, id, patch));
    if (updated) this.model.put(kind, id, fields);
  }

  async remove(at: number): Promise<void> {
    const record = this.#pick(at);
    if (!record) return;
    await this.get(record);
    const { kind, id } = record;
    const stored = kind === 'team' ? await this.real.get('team', id) : undefined;
    if (stored) this.real.remove(stored);
    const membership = kind === 'membership' ? await this.real.get('membership', id) : undefined;
    if (membership) this.real.remove(membership);
    this.model.remove(record);
    expect(await this.real.get(kind, id)).toBeUndefined();
  }

  async getAny(at: number): Promise<void> {
    const record = this.#pick(at);
    if (record) await this.get(record);
  }

  async get({ kind, id, fields }: ModelRecord): Promise<void> {
    expect((await this.real.get(kind, id))?.fields).toEqual(fields);
    this.touched.add(nameOf(kind, id));
  }

  async find(kind: ModelKind, fields: Fields): Promise<void> {
    const holder = this.model.holder(uniqueValue(kind, fields));
    const expected = holder?.hidden ? undefined : holder;
    const found = await this.real.find(kind, guardOf(kind, fields));
    expect(found?.fields).toEqual(expected?.fields);
    if (expected) this.touched.add(nameOf(kind, expected.id));
  }

  emit(cluster: number): void {
    this.real.emit({ type: 'policy', cluster, cid: this.real.actor.cid });
    this.model.emit(cluster);
  }

  async commit(): Promise<void> {
    expect(this.real.isDirty).toBe(this.model.isDirty);
    await this.real.commit();
    this.model.commit();
  }

  /** Another unit of work changed what this one relies on. */
  async commitOvertaken(): Promise<void> {
    if (this.model.isDirty) await expect(this.real.commit()).rejects.toThrow(ConflictError);
    else await expect(this.real.commit()).resolves.toBeUndefined();
  }

  #pick(at: number, kind?: ModelKind): ModelRecord | undefined {
    const fitting = this.model.visible().filter((record) => kind === undefined || record.kind === kind);
    return fitting[at % fitting.length];
  }

  async #unlessTaken<T>(taken: boolean, work: () => Promise<T>): Promise<T | undefined> {
    if (!taken) return work();
    await expect(work()).rejects.toThrow(TakenError);
    return undefined;
  }
}

async function createReal(real: UnitOfWork, kind: ModelKind, fields: Fields): Promise<number> {
  const made =
    kind === 'team'
      ? await real.create('team', teamRecordSchema.parse({ ...fields, id: 1 }))
      : await real.create('membership', membershipRecordSchema.parse({ ...fields, id: 1 }));
  return made.fields.id;
}

async function updateReal(real: UnitOfWork, kind: ModelKind, id: number, patch: Fields): Promise<boolean> {
  if (kind === 'team') {
    const team = await real.get('team', id);
    if (team) await real.update(team, teamRecordSchema.parse({ ...team.fields, ...patch }));
    return team !== undefined;
  }
  const membership = await real.get('membership', id);
  if (membership)
    await real.update(membership, membershipRecordSchema.parse({ ...membership.fields, ...patch }));
  return membership !== undefined;
}
