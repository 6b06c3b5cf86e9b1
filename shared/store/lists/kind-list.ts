import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { readLastMark, readMarks, type ChangeMark } from '../unit-of-work/change-marks.ts';
import { readMany } from '../table/control-reader.ts';
import { readRecord, type Item } from '../table/items.ts';
import type { NumberedKind } from '../table/kinds.ts';
import type { Stored } from '../table/records.ts';
import { KIND_INDEX, type ControlTable } from '../table/tables.ts';

/**
 * A mark's time is taken before its transaction is committed, on a clock that differs from others', and the index shows
 * the change later still: this covers all three.
 */
const OVERLAP_MS = 60_000;
/** A larger list is not kept. At some 2 kB a record this is what a function of 512 MB has to spare. */
const MOST_KEPT = 50_000;
/** An index that lagged by more than the overlap is not believed for ever. */
const MOST_USES = 1_000;

interface Kept<K extends NumberedKind> {
  records: Map<number, Stored<K>>;
  /** By id, until a record changes. */
  sorted: Stored<K>[] | undefined;
  /** The last mark that was there; without it marks may be gone unread. */
  last: ChangeMark | undefined;
  /** Marks since the overlap whose records were read. */
  seen: Set<string>;
  uses: number;
}

/** A kind's records in this process: read from the index once, and from then on what marks say was changed. */
export class KindList<K extends NumberedKind> {
  readonly #table: ControlTable;
  readonly #kind: K;
  #kept: Kept<K> | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(table: ControlTable, kind: K) {
    this.#table = table;
    this.#kind = kind;
  }

  /** The records by id, as they are now. Calls take turns: what one read is not overwritten by what another read before. */
  async records(): Promise<Stored<K>[]> {
    const turn = this.#turn.then(() => this.#refresh());
    this.#turn = turn.catch(() => undefined);
    return turn;
  }

  async #refresh(): Promise<Stored<K>[]> {
    const known = this.#kept;
    // Until it is whole again, nothing is kept.
    this.#kept = undefined;
    const isCurrent = known && known.uses < MOST_USES && (await this.#bringUp(known));
    const kept = isCurrent ? known : await this.#load();
    kept.uses += 1;
    kept.sorted ??= [...kept.records.values()].sort((a, b) => a.fields.id - b.fields.id);
    if (kept.last && kept.records.size <= MOST_KEPT) this.#kept = kept;
    return [...kept.sorted];
  }

  async #load(): Promise<Kept<K>> {
    const last = await readLastMark(this.#table, this.#kind);
    const indexed = await readIndex(this.#table, this.#kind);
    const records = new Map(indexed.map((record) => [record.fields.id, record]));
    const kept: Kept<K> = { records, sorted: undefined, last, seen: new Set(), uses: 0 };
    await this.#bringUp(kept);
    return kept;
  }

  /** @returns false where the last mark is gone, and with it perhaps others that were not read */
  async #bringUp(kept: Kept<K>): Promise<boolean> {
    const marks = await readMarks(this.#table, this.#kind, kept.last ? overlapBefore(kept.last) : '');
    if (kept.last && !marks.some(({ sk }) => sk === kept.last?.sk)) return false;
    const changed = new Set(marks.filter(({ sk }) => !kept.seen.has(sk)).flatMap(({ ids }) => ids));
    const found = await readMany(this.#table, this.#kind, changed);
    for (const id of changed) {
      const record = found.get(id);
      if (record && !record.hidden) kept.records.set(id, record);
      else kept.records.delete(id);
    }
    if (changed.size > 0) kept.sorted = undefined;
    const last = marks.at(-1) ?? kept.last;
    const from = last ? overlapBefore(last) : '';
    kept.last = last;
    kept.seen = new Set(marks.map(({ sk }) => sk).filter((sk) => sk >= from));
    return true;
  }
}

const overlapBefore = ({ at }: ChangeMark) => new Date(Date.parse(at) - OVERLAP_MS).toISOString();

async function readIndex<K extends NumberedKind>(table: ControlTable, kind: K): Promise<Stored<K>[]> {
  const records: Stored<K>[] = [];
  let start: Item | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.table,
        IndexName: KIND_INDEX,
        KeyConditionExpression: 'gsi1pk = :kind',
        ExpressionAttributeValues: { ':kind': { S: kind } },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    records.push(...(page.Items ?? []).map((item) => readRecord(kind, item)));
    start = page.LastEvaluatedKey;
  } while (start);
  return records;
}
