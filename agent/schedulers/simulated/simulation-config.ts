import * as z from 'zod';
import { accountPattern, memberPattern } from '@keystone/shared/domain/names.ts';
import type { ClusterSetup } from './core/simulation-state.ts';

const account = z.string().regex(accountPattern);
const member = z.string().regex(memberPattern);

/** A log-normal figure: half lie below the median, two thirds within a factor of e^spread of it. */
const figureSchema = z.strictObject({
  median: z.number().positive().max(100_000),
  spread: z.number().min(0).max(3).default(0.8),
});

const accountWorkloadSchema = z.strictObject({
  account,
  /** Who submits, the busiest first. Without them the account's members do. */
  users: z.array(member).min(1).max(1_000).optional(),
  /** Service units (billing hours) that the account would use in an average day if nothing held it back. */
  unitsPerDay: z.number().positive().max(1e7),
  cpus: figureSchema.optional(),
  gpus: figureSchema.optional(),
  minutes: figureSchema.optional(),
});
export type AccountWorkload = z.infer<typeof accountWorkloadSchema>;

const pace = z.number().min(0.1).max(1_000);

const shape = {
  /** The same seed, configuration and commands give the same jobs. */
  seed: z.int().min(0).max(0xffffffff).default(1),
  cluster: z
    .string()
    .regex(/^[a-z0-9][a-z0-9_.-]{0,39}$/)
    .default('simulated'),
  partition: z
    .string()
    .regex(/^[a-z0-9_-]{1,32}$/)
    .default('batch'),
  nodes: z
    .strictObject({
      count: z.int().min(1).max(10_000).default(16),
      cpus: z.int().min(1).max(1_024).default(64),
      gpus: z.int().min(0).max(64).default(0),
    })
    .prefault({}),
  memoryMbPerCpu: z.int().min(1).max(1_000_000).default(4_000),
  billing: z
    .strictObject({
      cpu: z.int().min(0).max(1_000_000).default(1),
      gpu: z.int().min(0).max(1_000_000).default(0),
    })
    .prefault({}),
  maxHours: z.int().min(1).max(720).default(48),
  calcPeriodSeconds: z.int().min(1).max(300).default(60),
  /** People whom the machine knows. */
  people: z.union([z.literal('anyone'), z.array(member)]).default('anyone'),
  /** IANA zone by whose hours people work. */
  zone: z.string().refine(isZone, 'is no time zone that is known').default('UTC'),
  /** `steady`: as many jobs at night and at weekends as at any time. */
  rhythm: z.enum(['working-days', 'steady']).default('working-days'),
  /** Days before the day of the first opening in which the workload's accounts were at work already. */
  historyDays: z.int().min(0).max(1_100).default(0),
  /** `pace` of those days; as of the days that follow where it is left out. */
  historyPace: pace.optional(),
  /**
   * How far behind the clock it begins, and how much faster than the clock it then goes until it has caught up. Rows that
   * end so long ago are found by an agent when it reads all lately ended ones, each minute.
   */
  behindSeconds: z
    .int()
    .min(0)
    .max(7_200, 'an agent reads rows of the last two hours anew, not older ones')
    .default(0),
  speed: z.number().min(1).max(100_000).default(1),
  /** `auto`: all accounts that have a limit share the cluster. */
  workload: z
    .union([z.enum(['none', 'auto']), z.array(accountWorkloadSchema).min(1).max(1_000)])
    .default('auto'),
  /** With `auto`: the share of the cluster that its people would keep busy. */
  load: z.number().positive().max(5).default(0.6),
  /** Jobs are so many times shorter, and as many times more. */
  pace: pace.default(1),
};

/** What `--simulation FILE` holds. */
export const simulationConfigSchema = z
  .strictObject(shape)
  .refine(isBilled, {
    message: 'jobs must cost something: give a weight to what they ask for',
    path: ['billing'],
  })
  .refine(({ behindSeconds, speed }) => behindSeconds === 0 || speed > 1, {
    message: 'a simulation that begins behind the clock catches up only with a speed above 1',
    path: ['speed'],
  })
  .refine(
    ({ historyDays, workload }) =>
      historyDays === 0 || (Array.isArray(workload) && workload.every(({ users }) => users !== undefined)),
    { message: 'a history needs a workload of accounts, each with its users', path: ['historyDays'] },
  );
export type SimulationConfig = z.infer<typeof simulationConfigSchema>;
export type SimulationConfigInput = z.input<typeof simulationConfigSchema>;

/** Units are what says how much an account's people submit. */
function isBilled({ billing, nodes, workload }: z.infer<z.ZodObject<typeof shape>>): boolean {
  if (billing.cpu > 0) return true;
  if (billing.gpu === 0 || nodes.gpus === 0) return false;
  return (
    !Array.isArray(workload) || workload.every(({ cpus, gpus }) => cpus === undefined || gpus !== undefined)
  );
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

export function setupOf(config: SimulationConfig): ClusterSetup {
  const { cluster, partition, nodes, memoryMbPerCpu, billing, maxHours, calcPeriodSeconds } = config;
  return { cluster, partition, nodes, memoryMbPerCpu, billing, maxMinutes: maxHours * 60, calcPeriodSeconds };
}
