import { crc32 } from 'node:zlib';

/** Bytes before a frame's payload: its length and its checksum. */
export const FRAME_HEAD_BYTES = 8;

/** Above what a segment can take; a longer length can only be damage. */
export const MAX_FRAME_BYTES = 4 * 1024 * 1024;

/** Length, CRC-32, payload. An empty payload is refused: a tail of zeros would read as one. */
export function encodeFrame(payload: Uint8Array): Uint8Array {
  if (payload.length === 0 || payload.length > MAX_FRAME_BYTES)
    throw new RangeError(`a frame of ${payload.length} bytes can't be written`);
  const frame = new Uint8Array(FRAME_HEAD_BYTES + payload.length);
  const head = new DataView(frame.buffer);
  head.setUint32(0, payload.length, true);
  head.setUint32(4, crc32(payload), true);
  frame.set(payload, FRAME_HEAD_BYTES);
  return frame;
}

export interface DecodedFrame {
  payload: Uint8Array;
  /** Where the frame begins. */
  offset: number;
}

/**
 * The whole frames at the head of a file.
 *
 * @returns the frames, and where they end: bytes after that are a torn write or damage
 */
export function decodeFrames(bytes: Uint8Array): { frames: DecodedFrame[]; end: number } {
  const frames: DecodedFrame[] = [];
  let offset = 0;
  for (;;) {
    const payload = decodeFrame(bytes, offset);
    if (!payload) return { frames, end: offset };
    frames.push({ payload, offset });
    offset += FRAME_HEAD_BYTES + payload.length;
  }
}

/** The payload of the frame at an offset, or undefined where no whole and sound frame is. */
export function decodeFrame(bytes: Uint8Array, offset: number): Uint8Array | undefined {
  if (offset + FRAME_HEAD_BYTES > bytes.length) return undefined;
  const head = new DataView(bytes.buffer, bytes.byteOffset + offset, FRAME_HEAD_BYTES);
  const length = head.getUint32(0, true);
  const begin = offset + FRAME_HEAD_BYTES;
  if (length === 0 || length > MAX_FRAME_BYTES || begin + length > bytes.length) return undefined;
  const payload = bytes.subarray(begin, begin + length);
  return crc32(payload) === head.getUint32(4, true) ? payload : undefined;
}
