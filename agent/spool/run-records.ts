import { encodeFrame } from './frames.ts';
import type { SpooledRun } from './known-runs.ts';

/**
 * A record's job, submit, billed and end as doubles, 12 bytes of digest, and the segment as a double: fixed, so that a scan reads
 * no more than it wants.
 */
const DIGEST_AT = 32;
const SEGMENT_AT = 44;
const DIGEST_BYTES = SEGMENT_AT - DIGEST_AT;
const VERSION = 2;
const RECORD_BYTES = 52;

/** Numbers of segments took 32 bits; such records are read, and never written. */
const FORMER_VERSION = 1;
const FORMER_RECORD_BYTES = 48;

/** A frame of so many stays below what a scan reads at once. */
const RECORDS_PER_FRAME = 16_384;
export const MAX_RECORD_FRAME_BYTES = 1024 * 1024;

/** Frames of records, in the order of the runs. */
export function encodeRuns(runs: readonly SpooledRun[]): Uint8Array {
  const frames: Uint8Array[] = [];
  for (let from = 0; from < runs.length; from += RECORDS_PER_FRAME)
    frames.push(encodeFrame(payloadOf(runs.slice(from, from + RECORDS_PER_FRAME))));
  return Buffer.concat(frames);
}

function payloadOf(runs: readonly SpooledRun[]): Uint8Array {
  const payload = Buffer.alloc(1 + runs.length * RECORD_BYTES);
  payload[0] = VERSION;
  runs.forEach((run, index) => {
    const at = 1 + index * RECORD_BYTES;
    payload.writeDoubleLE(run.jobIdRaw, at);
    payload.writeDoubleLE(run.submit, at + 8);
    payload.writeDoubleLE(run.billed, at + 16);
    payload.writeDoubleLE(run.end, at + 24);
    payload.write(run.digest, at + DIGEST_AT, DIGEST_BYTES, 'base64url');
    payload.writeDoubleLE(run.segment, at + SEGMENT_AT);
  });
  return payload;
}

/** What a scan looks at before it reads a record whole. */
export interface RecordHead {
  jobIdRaw: number;
  end: number;
  segment: number;
}

/**
 * Visits the records of a frame's payload in their order.
 *
 * @param wanted whether a record is to be read whole; the head is one object that is filled again for each
 * @returns false where the payload is of another version
 */
export function visitRuns(
  payload: Uint8Array,
  wanted: (head: Readonly<RecordHead>) => boolean,
  visit: (run: SpooledRun) => void,
): boolean {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const isFormer = view.getUint8(0) === FORMER_VERSION;
  const recordBytes = isFormer ? FORMER_RECORD_BYTES : RECORD_BYTES;
  if (!isFormer && view.getUint8(0) !== VERSION) return false;
  if ((payload.length - 1) % recordBytes !== 0) return false;
  const head: RecordHead = { jobIdRaw: 0, end: 0, segment: 0 };
  for (let at = 1; at < payload.length; at += recordBytes) {
    head.jobIdRaw = view.getFloat64(at, true);
    head.end = view.getFloat64(at + 24, true);
    head.segment = isFormer ? view.getUint32(at + SEGMENT_AT, true) : view.getFloat64(at + SEGMENT_AT, true);
    if (wanted(head))
      visit({
        ...head,
        submit: view.getFloat64(at + 8, true),
        billed: view.getFloat64(at + 16, true),
        digest: digestAt(payload, at),
      });
  }
  return true;
}

const digestAt = (payload: Uint8Array, at: number): string =>
  Buffer.from(payload.buffer, payload.byteOffset + at + DIGEST_AT, DIGEST_BYTES).toString('base64url');
