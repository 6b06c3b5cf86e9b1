import type { Finding } from '@keystone/shared/store/ledger/checks/finding.ts';
import type { ReadMeter } from '@keystone/shared/store/ledger/checks/metered-reads.ts';
import { newPass, type Counts } from '@keystone/shared/store/ledger/checks/pass-state.ts';
import { readPass, writePass } from '@keystone/shared/store/ledger/checks/pass-store.ts';
import { costOf, verifySlice } from '@keystone/shared/store/ledger/checks/verify-slice.ts';
import type { ControlTable, LedgerTable } from '@keystone/shared/store/table/tables.ts';
import type { Log } from '../runtime/logger.ts';
import { metricNames, type Meter } from '../runtime/metrics.ts';

export interface VerifyTask {
  control: ControlTable;
  ledger: LedgerTable;
  zone: string;
  sources: { now(): Date; ulid(): string; pause(milliseconds: number): Promise<void> };
  /** What the tables' client has read. */
  reads: ReadMeter;
  log: Log;
  meter: Meter;
}

/** For so long steps begin; the function has half as long again to end the last one. */
export const SLICE_SECONDS = 600;
/** Read units in a second: at most 300,000 a slice, of which a month costs about a dollar. */
export const SLICE_UNITS = 500;
/** What a slice has done is kept so often, for the next one to go on should this one be ended. */
const KEEP_SECONDS = 60;

export interface VerifiedSlice extends Counts {
  /** Whether the pass over the whole ledger is done; the next slice begins a new one. */
  done: boolean;
}

/**
 * Takes the check of the ledger on for a slice of time, from where the slice before stopped.
 *
 * @throws Error where this slice found something that differs; what it looked at is kept all the same
 */
export async function verifyLedger(task: VerifyTask, seconds = SLICE_SECONDS): Promise<VerifiedSlice> {
  const { control, ledger, zone, sources, reads, log, meter } = task;
  const kept = await readPass(control);
  const state = kept && kept.state.phase !== 'done' ? kept.state : newPass(sources.now(), zone);
  const before = { differences: state.counts.differences, units: state.counts.units };
  const until = sources.now().getTime() + seconds * 1000;
  const told = { ...before };
  let version = kept?.version ?? 0;
  let keptAt = sources.now().getTime();
  // Told before it is kept: whoever goes on from what is kept takes it for told.
  const keep = async () => {
    countSince(told, state.counts, meter);
    await writePass(control, { state, version }, sources.ulid());
    version += 1;
    keptAt = sources.now().getTime();
  };
  const { now, pause } = sources;
  const report = (finding: Finding) => log.error(`ledger-${finding.type}`, detailsOf(finding));
  const done = await verifySlice({ control, ledger, zone, now, pause, report }, reads, state, {
    isOver: () => now().getTime() >= until,
    afterStep: async () => {
      if (now().getTime() - keptAt >= KEEP_SECONDS * 1000) await keep();
    },
  });
  await keep();
  const units = state.counts.units - before.units;
  const differences = state.counts.differences - before.differences;
  log.info('ledger-verified', { ...state.counts, done, sliceUnits: units, sliceDollars: costOf(units) });
  if (differences > 0)
    throw new Error(`the ledger differs in ${differences} places; npm run ledger:verify names them`);
  return { ...state.counts, done };
}

/** Counts what was read and found since the last time, and writes it at once: the function may not live to its end. */
function countSince(told: Pick<Counts, 'differences' | 'units'>, counts: Counts, meter: Meter): void {
  meter.count(metricNames.ledgerUnitsRead, counts.units - told.units);
  meter.count(metricNames.ledgerDifferences, counts.differences - told.differences);
  meter.flush();
  told.units = counts.units;
  told.differences = counts.differences;
}

/** Names of people stay out of the log. */
function detailsOf({ kind, cluster, name }: Finding): Record<string, unknown> {
  const personal = kind === 'user-day' || kind === 'stray-day' || kind === 'item';
  return { kind, cluster, ...(!personal && { name }) };
}
