import { gunzipSync, gzipSync } from 'node:zlib';
import * as z from 'zod';
import { daySchema } from '@keystone/shared/contracts/primitives.ts';
import type { Disk } from '../state/disk.ts';
import { positionSchema, runFactsSchema } from './entries.ts';
import { FOLDER } from './journal.ts';
import type { KnownRun } from './known-runs.ts';
import { SpoolOfAnotherVersion } from './spool-errors.ts';

const NAME = 'checkpoint.gz';
const PATH = `${FOLDER}/${NAME}`;

const count = z.int().min(0);
const segmentNumber = z.int().min(1);

const common = {
  /** Every segment up to here is stored and its file was removed. */
  removedThrough: count,
  nextSegment: segmentNumber,
  position: positionSchema,
  sums: z.array(
    z.object({
      segment: segmentNumber,
      epoch: z.int().min(1),
      account: z.string(),
      day: daySchema,
      seconds: z.int(),
    }),
  ),
};

/** All that outlives the journal files that were removed, but for the runs in their own files. */
const checkpointSchema = z.object({
  ...common,
  v: z.literal(2),
  /** The first number of the last session with the broker. */
  session: count.default(0),
  /** Numbers after `removedThrough` that were given to segments, in order; between two runs none was. */
  given: z.array(z.object({ first: segmentNumber, last: segmentNumber })).optional(),
  /** Of each account the last segment whose sums are here no more. */
  forgotten: z.array(z.object({ account: z.string(), segment: segmentNumber })).default([]),
  runs: z.object({
    /** The files hold what is known of runs up to this segment; what came later is in the journal. */
    through: count,
    files: z.array(z.object({ day: count, bytes: count, lastEnd: count })),
    voided: z.array(segmentNumber),
  }),
  /** Segments up to there, of those in the journal, that hold changed rows. */
  revisions: z.array(segmentNumber),
});
export type Checkpoint = Required<z.infer<typeof checkpointSchema>>;

/** Runs were in the checkpoint itself; such a one is read, and never written. */
const formerSchema = z.object({ ...common, v: z.literal(1), known: z.array(runFactsSchema) });

/** What a checkpoint of the former form held of runs comes beside it. */
export type ReadCheckpoint =
  | { found: 'sound'; checkpoint: Checkpoint; known: readonly KnownRun[] }
  | { found: 'none' }
  | { found: 'damaged'; file: string; bytes: number };

/** @throws SpoolOfAnotherVersion where it is whole, and a later agent's */
export async function readCheckpoint(disk: Disk): Promise<ReadCheckpoint> {
  const saved = await disk.read(PATH);
  if (!saved) return { found: 'none' };
  const content = contentOf(saved);
  const checkpoint = checkpointSchema.safeParse(content);
  if (checkpoint.success) {
    const { given = allUpTo(checkpoint.data), ...rest } = checkpoint.data;
    return { found: 'sound', checkpoint: { ...rest, given }, known: [] };
  }
  const former = formerSchema.safeParse(content);
  if (former.success) {
    const { known, ...rest } = former.data;
    const runs = { through: 0, files: [], voided: [] };
    return {
      found: 'sound',
      checkpoint: { ...rest, v: 2, session: 0, given: allUpTo(rest), forgotten: [], runs, revisions: [] },
      known,
    };
  }
  if (versionSchema.safeParse(content).success) throw new SpoolOfAnotherVersion(PATH);
  return { found: 'damaged', file: NAME, bytes: saved.length };
}

/** Before numbers could jump, none was left out. */
const allUpTo = ({ removedThrough, nextSegment }: { removedThrough: number; nextSegment: number }) =>
  nextSegment > removedThrough + 1 ? [{ first: removedThrough + 1, last: nextSegment - 1 }] : [];

const versionSchema = z.object({ v: z.int().min(3) });

export async function writeCheckpoint(disk: Disk, checkpoint: Checkpoint): Promise<void> {
  await disk.replace(PATH, gzipSync(JSON.stringify(checkpoint), { level: 4 }));
}

/** gzip has a checksum of its own. */
function contentOf(saved: Uint8Array): unknown {
  try {
    return JSON.parse(gunzipSync(saved).toString('utf8'));
  } catch {
    return undefined;
  }
}
