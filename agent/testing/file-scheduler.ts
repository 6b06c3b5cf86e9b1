import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { usageRecordSchema, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import type { FinishedRuns } from '../schedulers/scheduler.ts';
import { FakeScheduler } from './fake-scheduler.ts';

/** A scheduler whose accounting is a file of JSON lines, so that it outlives the agent's process. */
export class FileScheduler extends FakeScheduler {
  readonly #path: string;

  constructor(path: string) {
    super();
    this.#path = path;
  }

  override finishedRuns(from: number, to: number): AsyncIterable<FinishedRuns> {
    const text = existsSync(this.#path) ? readFileSync(this.#path, 'utf8') : '';
    // The last line may be half written.
    for (const line of text.split('\n').slice(0, -1)) this.addRow(usageRecordSchema.parse(JSON.parse(line)));
    return super.finishedRuns(from, to);
  }
}

export function appendRows(path: string, rows: readonly UsageRecord[]): void {
  appendFileSync(path, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
}
