import * as z from 'zod';
import { usageRecordSchema } from '@keystone/shared/contracts/usage.ts';
import { reasonOf } from '../../log/log.ts';
import type { Disk } from '../../state/disk.ts';
import { SchedulerRefused } from '../scheduler-errors.ts';
import type { AccountingRow } from './core/simulation-state.ts';
import { keptOfText, keptToText, type Kept } from './kept-state.ts';

const STATE = 'state.json';
const rowSchema = z.object({ visibleAt: z.int(), run: usageRecordSchema });

/** Rows that ended so long ago are forgotten when a simulation is opened. */
const KEPT_DAYS = 1_200;

export interface Loaded {
  readonly kept: Kept;
  readonly rows: readonly AccountingRow[];
}

/**
 * A simulation on disk: its state in one file that is replaced whole, its rows in one that only grows. The state names
 * how much of the rows belongs to it, so a crash between the two leaves the state before, from which all follows again.
 */
export class SimulationFiles {
  readonly #disk: Disk;
  #written = 0;

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  async load(): Promise<Loaded | undefined> {
    const bytes = await this.#disk.read(STATE);
    if (!bytes) return undefined;
    try {
      const kept = keptOfText(Buffer.from(bytes).toString('utf8'));
      const { file, bytes: length } = kept.rows;
      const text = length === 0 ? '' : Buffer.from(await this.#disk.readAt(file, 0, length)).toString('utf8');
      this.#written = length;
      return { kept, rows: rowsOf(text, kept.state.now - KEPT_DAYS * 86_400) };
    } catch (error) {
      throw new SchedulerRefused(
        `the simulation's files are damaged; remove their folder to begin anew (${reasonOf(error)})`,
      );
    }
  }

  /** Adds rows and keeps the state to which they belong. */
  async save(kept: Omit<Kept, 'rows'>, rows: readonly AccountingRow[]): Promise<void> {
    const file = 'rows.jsonl';
    const data = Buffer.from(rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    if (data.length > 0) await this.#disk.writeAt(file, this.#written, data, true);
    const bytes = this.#written + data.length;
    await this.#disk.replace(STATE, Buffer.from(keptToText({ ...kept, rows: { file, bytes } })));
    this.#written = bytes;
  }
}

function rowsOf(text: string, oldest: number): AccountingRow[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => rowSchema.parse(JSON.parse(line)))
    .filter(({ run }) => run.end >= oldest);
}
