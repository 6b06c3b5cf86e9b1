import type { Writable } from 'node:stream';

/**
 * Resolves when all that was written has been taken by whoever reads it, or can't be any more. A process that ends before
 * loses what its reader was too slow for.
 */
export async function writtenOut(...streams: readonly Writable[]): Promise<void> {
  await Promise.all(
    streams.map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve()))),
  );
}
