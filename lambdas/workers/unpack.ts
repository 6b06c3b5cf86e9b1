import { gunzipSync } from 'node:zlib';

/** A payload that can't be read: no gzip, too large, or no JSON. */
export class UnpackError extends Error {
  override name = 'UnpackError';
}

/** No message of ours packs better than this; one that does is made to explode. */
const MOST_RATIO = 100;

export interface UnpackLimits {
  /** Packed size. */
  message: number;
  /** Unpacked size. */
  json: number;
}

/**
 * What an agent packed: base64 of gzip of JSON.
 *
 * @throws UnpackError
 */
export function unpack(data: string, limits: UnpackLimits): unknown {
  const packed = Buffer.from(data, 'base64');
  if (packed.length > limits.message)
    throw new UnpackError(`${packed.length} bytes of gzip are more than ${limits.message}`);
  const maxOutputLength = Math.min(limits.json, packed.length * MOST_RATIO);
  let text: string;
  try {
    // A message is small: a thread of its own would take longer.
    const json = gunzipSync(packed, { maxOutputLength });
    text = new TextDecoder('utf-8', { fatal: true }).decode(json);
  } catch (error) {
    throw new UnpackError(`not gzip of UTF-8 below ${maxOutputLength} bytes`, { cause: error });
  }
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new UnpackError('not JSON', { cause: error });
  }
}
