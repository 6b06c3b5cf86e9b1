import { gunzipSync } from 'node:zlib';
import { MAX_USAGE_JSON_BYTES, usageMessageSchema, usageRecordSchema } from '../../contracts/usage.ts';
import { UnbillableRunError } from '../../domain/billing.ts';
import type { Revision } from '../../domain/charges.ts';
import { chargeOf, type Charge } from './ledger-records.ts';
import { postCharges, type LedgerWriterOptions } from './ledger-writer.ts';
import { forgetQuarantined, readQuarantine, type Quarantined } from './quarantine.ts';

export interface RedriveOptions extends Pick<LedgerWriterOptions, 'ledger' | 'sources'> {
  zone: string;
}

/** What became of something that was kept aside. */
export type Redriven =
  { entry: Quarantined; charged: number } | { entry: Quarantined; charged: 0; stays: string };

/** What still can't be charged, and why. */
class StillBadError extends Error {
  override name = 'StillBadError';
}

/**
 * Charges what was kept aside for a cluster and reads now, once the reader was mended, and forgets it then; the rest
 * stays. Run twice, or stopped in the middle and run again, it charges each run once: a charge has its natural key.
 *
 * What came from a sender that was not believed is never charged here.
 */
export async function redriveQuarantine(
  { ledger, sources, zone }: RedriveOptions,
  cluster: number,
): Promise<Redriven[]> {
  const redriven: Redriven[] = [];
  for (const entry of await readQuarantine(ledger, cluster)) {
    try {
      const charges = chargesOf(entry, zone);
      await postCharges({ ledger, sources }, charges);
      await forgetQuarantined(ledger, entry);
      redriven.push({ entry, charged: charges.length });
    } catch (error) {
      if (!(error instanceof StillBadError || error instanceof UnbillableRunError)) throw error;
      redriven.push({ entry, charged: 0, stays: error.message });
    }
  }
  return redriven;
}

function chargesOf(entry: Quarantined, zone: string): Charge[] {
  const { cluster, epoch, segment, reason, raw } = entry;
  if (reason === 'sender' || reason === 'envelope')
    throw new StillBadError('its sender was not believed; what is missing is sent again by the agent');
  if (reason === 'message') {
    const message = usageMessageSchema.safeParse(contentOf(raw));
    if (!message.success) throw new StillBadError('it still is no usage message');
    return message.data.records.map((record) => chargeOfRecord(cluster, record, message.data, zone));
  }
  if (epoch === null || segment === null) throw new StillBadError('its segment is not known');
  return [chargeOfRecord(cluster, contentOf(raw), { epoch, segment }, zone)];
}

function chargeOfRecord(cluster: number, record: unknown, revision: Revision, zone: string): Charge {
  const parsed = usageRecordSchema.safeParse(record);
  if (!parsed.success) throw new StillBadError('it still is no row of a finished run');
  return chargeOf(cluster, parsed.data, revision, zone);
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
