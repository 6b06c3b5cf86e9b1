import * as z from 'zod';

export const benchNames = [
  'award',
  'charge',
  'ledger',
  'api',
  'agent',
  'policy',
  'fleet',
  'storm',
  'cold',
  'web',
  'synth',
] as const;
export type BenchName = (typeof benchNames)[number];

/** What was measured, and beside it, from the same run, what could not be undercut. */
export const figureSchema = z.object({
  /** A key of `definitions`. */
  key: z.string(),
  /** Of which page, function or call, where there are several. */
  of: z.string().optional(),
  value: z.number(),
  floor: z.number().optional(),
});
export type Figure = z.infer<typeof figureSchema>;

/** The machine that a figure belongs to. */
export const machineSchema = z.object({
  cpu: z.string(),
  cores: z.int(),
  memoryGb: z.number(),
  node: z.string(),
});

/** The last line of a run. A run that failed has none. */
export const summarySchema = z.object({
  summary: z.literal(true),
  bench: z.enum(benchNames),
  size: z.int(),
  started: z.iso.datetime(),
  seconds: z.number(),
  /** One-minute load averages when it began and when it ended. */
  load: z.object({ before: z.number(), after: z.number() }),
  machine: machineSchema,
  figures: z.array(figureSchema).min(1),
});
export type Summary = z.infer<typeof summarySchema>;

/** What a bench works with. */
export interface BenchRun {
  size: number;
  /** Prints one JSON line; the bench's name and the load are added. */
  print(line: Readonly<Record<string, unknown>>): void;
  /** What ends or removes something that was started; called in reverse order however the run ends. */
  undo(step: () => unknown): void;
}

/** @throws Error where it could not measure; then there is no figure at all */
export type Bench = (run: BenchRun) => Promise<Figure[]>;
