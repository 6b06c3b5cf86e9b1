import {
  MAX_USAGE_JSON_BYTES,
  MAX_USAGE_MESSAGE_BYTES,
  usageMessageSchema,
  usageRecordSchema,
} from '@keystone/shared/contracts/usage.ts';
import { UnbillableRunError } from '@keystone/shared/domain/billing.ts';
import type { Revision } from '@keystone/shared/domain/charges.ts';
import { chargeOf, type Charge } from '@keystone/shared/store/ledger/ledger-records.ts';
import type { QuarantineReason } from '@keystone/shared/store/ledger/quarantine.ts';
import * as z from 'zod';
import { unpack, UnpackError } from './unpack.ts';

/** Something in a message that can't be charged, as it came. */
export interface Reject {
  reason: QuarantineReason;
  detail: string;
  raw: string;
}

export interface UsageReading {
  /** The segment to acknowledge once all this is stored, or undefined where it can't be told. */
  segment: Revision | undefined;
  charges: Charge[];
  rejects: Reject[];
}

/** All that is needed to acknowledge a message that is otherwise unreadable. */
const segmentSchema = z.object({ epoch: z.int().min(1), segment: z.int().min(1) });

/**
 * What a usage message says, each row apart: a row that can't be charged is set aside and the others are charged.
 *
 * @param data base64 of gzip, as the broker handed it on
 */
export function readUsageMessage(cluster: number, data: string, zone: string): UsageReading {
  const limits = { message: MAX_USAGE_MESSAGE_BYTES, json: MAX_USAGE_JSON_BYTES };
  let content: unknown;
  try {
    content = unpack(data, limits);
  } catch (error) {
    if (!(error instanceof UnpackError)) throw error;
    return unreadable(undefined, error.message, data);
  }
  const message = usageMessageSchema.safeParse(content);
  if (!message.success) {
    const segment = segmentSchema.safeParse(content).data;
    return unreadable(segment, z.prettifyError(message.error), textOf(content) ?? data);
  }
  const { epoch, segment, records } = message.data;
  const reading: UsageReading = { segment: { epoch, segment }, charges: [], rejects: [] };
  for (const record of records) {
    const row = readRow(cluster, record, { epoch, segment }, zone, data);
    if ('charge' in row) reading.charges.push(row.charge);
    else reading.rejects.push(row.reject);
  }
  return reading;
}

const unreadable = (segment: Revision | undefined, detail: string, raw: string): UsageReading => ({
  segment,
  charges: [],
  rejects: [{ reason: 'message', detail, raw }],
});

function readRow(
  cluster: number,
  row: unknown,
  revision: Revision,
  zone: string,
  data: string,
): { charge: Charge } | { reject: Reject } {
  const raw = textOf(row) ?? data;
  const record = usageRecordSchema.safeParse(row);
  if (!record.success) return { reject: { reason: 'record', detail: z.prettifyError(record.error), raw } };
  try {
    return { charge: chargeOf(cluster, record.data, revision, zone) };
  } catch (error) {
    if (!(error instanceof UnbillableRunError)) throw error;
    return { reject: { reason: 'unbillable', detail: error.message, raw } };
  }
}

/** JSON of what was parsed from it, or undefined where it is nested too deep to be written again. */
function textOf(value: unknown): string | undefined {
  try {
    return JSON.stringify(value);
  } catch {
    return undefined;
  }
}
