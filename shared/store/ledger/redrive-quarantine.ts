import { gunzipSync } from 'node:zlib';
import { MAX_USAGE_JSON_BYTES, usageMessageSchema, usageRecordSchema } from '../../contracts/usage.ts';
import { UnbillableRunError } from '../../domain/billing.ts';
import type { Revision } from '../../domain/charges.ts';
import { chargeOf, type Charge } from './ledger-records.ts';
import { postCharges, type LedgerWriterOptions } from './ledger-writer.ts';
import { forgetQuarantined, quarantine, readQuarantine, type Quarantined } from './quarantine.ts';

export interface RedriveOptions extends Pick<LedgerWriterOptions, 'ledger' | 'sources'> {
  zone: string;
}

/** What became of something that was kept aside. Of a message each row that still is bad stays by itself. */
export interface Redriven {
  entry: Quarantined;
  charged: number;
  /** Why something of it stays. */
  stays?: string;
}

/** A row that still can't be charged. */
interface BadRow {
  reason: 'record' | 'unbillable';
  detail: string;
  row: unknown;
}

/** Rows that read now, and the others. */
interface Reading {
  revision: Revision;
  charges: Charge[];
  bad: BadRow[];
}

/** All of it still is bad, and why. */
class StillBadError extends Error {
  override name = 'StillBadError';
}

/**
 * Charges what was kept aside for a cluster and reads now, once the reader was mended, and forgets it then; the rest
 * stays. Run twice, or stopped in the middle and run again, it charges each run once: a charge has its natural key.
 *
 * What came from a sender that was not believed is never charged here.
 */
export async function redriveQuarantine(options: RedriveOptions, cluster: number): Promise<Redriven[]> {
  const redriven: Redriven[] = [];
  for (const entry of await readQuarantine(options.ledger, cluster))
    try {
      redriven.push(await redrive(options, entry));
    } catch (error) {
      if (!(error instanceof StillBadError)) throw error;
      redriven.push({ entry, charged: 0, stays: error.message });
    }
  return redriven;
}

async function redrive({ ledger, sources, zone }: RedriveOptions, entry: Quarantined): Promise<Redriven> {
  const { revision, charges, bad } = readEntry(entry, zone);
  if (entry.reason !== 'message' && bad[0]) throw new StillBadError(bad[0].detail);
  await postCharges({ ledger, sources }, charges);
  for (const { row, ...why } of bad)
    await quarantine(ledger, { ...entry, ...revision, ...why, raw: JSON.stringify(row) });
  await forgetQuarantined(ledger, entry);
  if (bad.length === 0) return { entry, charged: charges.length };
  return { entry, charged: charges.length, stays: bad.map(({ detail }) => detail).join('; ') };
}

function readEntry({ cluster, epoch, segment, reason, raw }: Quarantined, zone: string): Reading {
  if (reason === 'sender' || reason === 'envelope')
    throw new StillBadError('its sender was not believed; what is missing is sent again by the agent');
  if (reason === 'message') {
    const message = usageMessageSchema.safeParse(contentOf(raw));
    if (!message.success) throw new StillBadError('it still is no usage message');
    return readRows(cluster, message.data.records, message.data, zone);
  }
  if (epoch === null || segment === null) throw new StillBadError('its segment is not known');
  return readRows(cluster, [contentOf(raw)], { epoch, segment }, zone);
}

function readRows(
  cluster: number,
  rows: readonly unknown[],
  { epoch, segment }: Revision,
  zone: string,
): Reading {
  const reading: Reading = { revision: { epoch, segment }, charges: [], bad: [] };
  for (const row of rows) {
    const charge = chargeOfRow(cluster, row, reading.revision, zone);
    if ('reason' in charge) reading.bad.push(charge);
    else reading.charges.push(charge);
  }
  return reading;
}

function chargeOfRow(cluster: number, row: unknown, revision: Revision, zone: string): Charge | BadRow {
  const parsed = usageRecordSchema.safeParse(row);
  if (!parsed.success) return { reason: 'record', detail: 'it still is no row of a finished run', row };
  try {
    return chargeOf(cluster, parsed.data, revision, zone);
  } catch (error) {
    if (!(error instanceof UnbillableRunError)) throw error;
    return { reason: 'unbillable', detail: error.message, row };
  }
}

/** JSON as it is, or base64 of gzip as the broker handed it on; undefined where it is neither. */
function contentOf(raw: string): unknown {
  const unpacked = () =>
    gunzipSync(Buffer.from(raw, 'base64'), { maxOutputLength: MAX_USAGE_JSON_BYTES }).toString('utf8');
  for (const text of [() => raw, unpacked])
    try {
      return JSON.parse(text());
    } catch {
      // The other one, then.
    }
  return undefined;
}
