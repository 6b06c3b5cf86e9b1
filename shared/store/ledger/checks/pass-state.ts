import * as z from 'zod';
import { daySchema, idSchema } from '../../../contracts/primitives.ts';
import { addDays, dayOf, type Day } from '../../../domain/calendar.ts';
import { figuresSchema, findingSchema } from './finding.ts';

/** What the scan met of an account. It grows with accounts and gaps in their days, not with charges. */
const seenAccountSchema = z.object({
  cluster: idSchema,
  account: z.string(),
  /** Days on which runs ended, or that have an item, as spans. */
  days: z.array(z.tuple([daySchema, daySchema])),
  /** Items of people's days before `countedBefore`, those that hold something. */
  dayItems: z.int(),
});
export type SeenAccount = z.infer<typeof seenAccountSchema>;

/** Looks at what may still move: of an account with many runs each is a step. */
const looksSchema = z.object({
  taken: z.int(),
  seen: z.array(
    z.object({
      difference: z.object({ name: z.string(), expected: figuresSchema, found: figuresSchema }),
      times: z.int(),
      gapTimes: z.int(),
    }),
  ),
});

/** How far the charges of an account have been added up. */
const walkSchema = z.object({
  /** Days before are added up once; this one and later ones at each look, as they may still move. */
  recentFrom: daySchema,
  /** The next day to add up. */
  next: daySchema,
  seconds: z.int(),
  jobs: z.int(),
  starts: z.record(daySchema, z.int()),
  dayItems: z.int(),
  /** True on a further way through all days, which makes sure of a difference. */
  again: z.boolean(),
  /** How far apart each way before found what did not agree, by name. */
  earlier: z.array(z.record(z.string(), z.string())).optional(),
  looks: looksSchema.optional(),
});
export type Walk = z.infer<typeof walkSchema>;

const countsSchema = z.object({
  charges: z.int(),
  revisions: z.int(),
  seconds: z.int(),
  items: z.int(),
  accounts: z.int(),
  days: z.int(),
  differences: z.int(),
  moving: z.int(),
  notes: z.int(),
  units: z.number(),
});
export type Counts = z.infer<typeof countsSchema>;

export const phases = ['begin', 'scan', 'accounts', 'segments', 'marks', 'strays', 'done'] as const;

/** Where a pass over the ledger stands: all that a later call needs to go on. */
export const passStateSchema = z.object({
  v: z.literal(1),
  started: z.iso.datetime(),
  phase: z.enum(phases),
  /** Key after which the scan goes on. */
  cursor: z.object({ pk: z.string(), sk: z.string() }).nullable(),
  countedBefore: daySchema,
  clusters: z.array(idSchema),
  /** What each cluster's agent said before the scan began: all of it must have left a trace. */
  acknowledged: z.array(z.object({ cluster: idSchema, epoch: z.int(), segment: z.int() })),
  /** The highest segment of each epoch that left a trace. */
  traces: z.array(z.object({ cluster: idSchema, epoch: z.int(), segment: z.int() })),
  /** Clusters of which something lies in quarantine whose segment is not known. */
  quarantined: z.array(idSchema),
  accounts: z.array(seenAccountSchema),
  /** Place in `accounts` or `clusters`, by phase. */
  at: z.int(),
  walk: walkSchema.nullable(),
  /** Places in `accounts` where days were counted that no charge led to. */
  strays: z.array(z.int()),
  counts: countsSchema,
  /** The first ones. */
  findings: z.array(findingSchema),
});
export type PassState = z.infer<typeof passStateSchema>;

/** Findings that a pass remembers; all are counted. */
export const MOST_FINDINGS = 200;

/** Days of people before this many days ago are counted in the scan: later ones may be made while it runs. */
const SETTLED_DAYS = 2;

export function newPass(now: Date, zone: string): PassState {
  const today = dayOf(now.getTime() / 1000, zone);
  return {
    v: 1,
    started: now.toISOString(),
    phase: 'begin',
    cursor: null,
    countedBefore: addDays(today, -SETTLED_DAYS),
    clusters: [],
    acknowledged: [],
    traces: [],
    quarantined: [],
    accounts: [],
    at: 0,
    walk: null,
    strays: [],
    counts: {
      charges: 0,
      revisions: 0,
      seconds: 0,
      items: 0,
      accounts: 0,
      days: 0,
      differences: 0,
      moving: 0,
      notes: 0,
      units: 0,
    },
    findings: [],
  };
}

/** The first day that is added up at each look. */
export const recentFrom = (today: Day): Day => addDays(today, -SETTLED_DAYS);

/** @param earlier what the ways through all days before found */
export const newWalk = (today: Day, earlier: Record<string, string>[] = []): Walk => ({
  recentFrom: recentFrom(today),
  next: '0001-01-01',
  seconds: 0,
  jobs: 0,
  starts: {},
  dayItems: 0,
  again: earlier.length > 0,
  earlier,
});
