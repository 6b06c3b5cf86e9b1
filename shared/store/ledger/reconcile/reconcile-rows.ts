import type { SchedulerRowsHead, SchedulerRowsLine } from '../../../contracts/scheduler-rows.ts';
import type { UsageRecord } from '../../../contracts/usage.ts';
import type { Day } from '../../../domain/calendar.ts';
import { settleDifferences, type Difference } from '../../../domain/standing-differences.ts';
import type { ControlTable, LedgerTable } from '../../table/tables.ts';
import type { PostedCharge } from '../ledger-records.ts';
import { readAccountNames } from './account-names.ts';
import {
  chargeOfRow,
  compareRows,
  compareRuns,
  findExtra,
  runKey,
  type Comparison,
  type DifferingRun,
} from './day-comparison.ts';
import { isNote, type RunDifferenceKind } from './run-difference.ts';

export interface ReconcileOptions {
  ledger: LedgerTable;
  /** Absent: accounts are known from rows and from the last 30 days alone. */
  control?: ControlTable | undefined;
  /** Runs that ended less than this before the rows were read may not be in the ledger yet, and are left out. */
  graceSeconds: number;
  pause(milliseconds: number): Promise<void>;
  report(finding: RunFinding): void;
}

export interface RunFinding {
  type: 'difference' | 'moving' | 'note';
  kind: RunDifferenceKind | 'unreadable';
  cluster: number;
  day: Day;
  run: DifferingRun['run'] | null;
  expected: Difference['expected'];
  found: Difference['found'];
}

export interface Reconciled {
  head: SchedulerRowsHead;
  days: number;
  rows: number;
  /** Rows that ended too shortly before they were read to be compared. */
  tooRecent: number;
  /** Σ billableSeconds over the rows, and over their charges where nothing differs. */
  seconds: number;
  differences: number;
  moving: number;
  notes: number;
}

/** The rows are not whole, or not what was asked for. */
export class RowsError extends Error {
  override name = 'RowsError';
}

/** Rows of which the charges are read at once. */
const CHUNK = 500;

/**
 * Compares the ledger with the scheduler's own rows, run by run: each row's charge is read by its key, and each day's
 * charges are looked through for runs that have no row. Memory holds one day's runs, and what differs.
 *
 * @param lines what `keystone-agent rows` printed
 * @throws RowsError where they end before they say so
 */
export async function reconcileRows(
  options: ReconcileOptions,
  lines: AsyncIterable<SchedulerRowsLine>,
): Promise<Reconciled> {
  let run: Reconciliation | undefined;
  for await (const line of lines) {
    if (line.line === 'rows') run = await Reconciliation.begin(options, line);
    else if (!run) throw new RowsError('the rows do not begin with the line that says whose they are');
    else if (line.line === 'row') await run.row(line.record);
    else if (line.line === 'unreadable') run.unreadable(line.row);
    else if (line.line === 'day') await run.endDay(line.day);
    else return await run.end(line.rows);
  }
  throw new RowsError('the rows end before their last line; print them anew');
}

class Reconciliation {
  readonly #options: ReconcileOptions;
  readonly #comparison: Comparison;
  readonly #accounts: Set<string>;
  readonly #result: Reconciled;
  #keys = new Set<string>();
  #chunk: UsageRecord[] = [];
  #open: DifferingRun[] = [];
  /** Runs that no row of their day belongs to, by key: a row of another day may yet. */
  readonly #extra = new Map<string, { day: Day; run: DifferingRun }>();
  readonly #named = new Set<string>();
  readonly #unreadable: string[] = [];

  private constructor(options: ReconcileOptions, head: SchedulerRowsHead, accounts: Set<string>) {
    const horizon = Date.parse(head.at) / 1000 - options.graceSeconds;
    this.#options = options;
    this.#comparison = { ledger: options.ledger, cluster: head.cluster.id, zone: head.zone, horizon };
    this.#accounts = accounts;
    this.#result = {
      head,
      days: 0,
      rows: 0,
      tooRecent: 0,
      seconds: 0,
      differences: 0,
      moving: 0,
      notes: 0,
    };
  }

  static async begin(options: ReconcileOptions, head: SchedulerRowsHead): Promise<Reconciliation> {
    const { ledger, control } = options;
    return new Reconciliation(options, head, await readAccountNames(ledger, control, head.cluster.id));
  }

  async row(record: UsageRecord): Promise<void> {
    this.#result.rows += 1;
    this.#accounts.add(record.account);
    const key = runKey(this.#comparison.cluster, record);
    this.#keys.add(key);
    // Its end has moved: what differs is told of the row, or of neither where that ended too recently.
    this.#extra.delete(key);
    if (record.end >= this.#comparison.horizon) {
      this.#result.tooRecent += 1;
      return;
    }
    const charge = chargeOfRow(this.#comparison, record);
    if (charge !== 'unbillable') this.#result.seconds += charge.seconds;
    this.#chunk.push(record);
    if (this.#chunk.length === CHUNK) await this.#compareChunk();
  }

  unreadable(row: string): void {
    this.#unreadable.push(row);
  }

  async #compareChunk(): Promise<void> {
    this.#open.push(...(await compareRows(this.#comparison, this.#chunk)));
    this.#chunk = [];
  }

  /** What differs is looked at again until it stands still: a charge may have been on its way. */
  async endDay(day: Day): Promise<void> {
    await this.#compareChunk();
    const known = (key: string) => this.#keys.has(key);
    for (const account of this.#accounts) {
      const accountDay = { cluster: this.#comparison.cluster, account, day };
      for (const run of await findExtra(this.#comparison, accountDay, known))
        this.#extra.set(run.key, { day, run });
    }
    await this.#tellOpen(this.#open.splice(0), () => day);
    for (const row of this.#unreadable.splice(0))
      this.#tell('difference', { kind: 'unreadable', day, run: null, expected: { row }, found: {} });
    this.#result.days += 1;
    this.#keys = new Set();
  }

  async #tellOpen(differing: DifferingRun[], dayOfRun: (key: string) => Day): Promise<void> {
    let open = differing;
    if (open.length === 0) return;
    let first = true;
    const { standing, moving } = await settleDifferences(async () => {
      if (!first) open = await this.#again(open, dayOfRun);
      first = false;
      return open.map(({ key, kind, expected, found }) => ({
        name: key,
        expected: { ...expected, kind },
        found,
      }));
    }, this.#options.pause);
    const runs = new Map(open.map((each) => [each.key, each]));
    for (const [type, differences] of [['difference', standing] as const, ['moving', moving] as const])
      for (const { name } of differences) {
        const found = runs.get(name);
        if (!found) continue;
        const { kind, run, expected, found: stands } = found;
        this.#named.add(name);
        const day = dayOfRun(name);
        this.#tell(isNote(kind) ? 'note' : type, { kind, day, run, expected, found: stands });
      }
  }

  async #again(open: readonly DifferingRun[], dayOfRun: (key: string) => Day): Promise<DifferingRun[]> {
    const { cluster } = this.#comparison;
    const rows = open.map(({ row }) => row).filter((row) => row !== undefined);
    const extra = open.filter(({ row }) => row === undefined).map(({ run }) => run);
    const isThere = ({ day, record }: PostedCharge) => day === dayOfRun(runKey(cluster, record));
    return [
      ...(await compareRows(this.#comparison, rows)),
      ...(await compareRuns(this.#comparison, extra, isThere)),
    ];
  }

  #tell(type: RunFinding['type'], finding: Omit<RunFinding, 'type' | 'cluster'>): void {
    const counted = { difference: 'differences', moving: 'moving', note: 'notes' } as const;
    this.#result[counted[type]] += 1;
    this.#options.report({ type, cluster: this.#comparison.cluster, ...finding });
  }

  /** @throws RowsError where rows were lost on their way */
  async end(rows: number): Promise<Reconciled> {
    if (rows !== this.#result.rows)
      throw new RowsError(`${rows} rows were printed, and ${this.#result.rows} are here; print them anew`);
    const extra = [...this.#extra.values()].map(({ run }) => run).filter(({ key }) => !this.#named.has(key));
    await this.#tellOpen(extra, (key) => this.#extra.get(key)?.day ?? '');
    return this.#result;
  }
}
