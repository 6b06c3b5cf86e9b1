import type { Json } from 'dynalite/db/index.js';
import * as z from 'zod';
import type { Engine } from '../engine.ts';
import { settingsPrefix, under } from '../storage/key-space.ts';
import type { LocalStore } from '../storage/store.ts';
import { activeTable } from './actions.ts';
import { constraint, invalid } from './errors.ts';

/** What a table is set to that dynalite has no place for. */
const settingsShape = z.object({
  ttl: z.string().optional(),
  recoveryDays: z.number().optional(),
});
type Settings = z.infer<typeof settingsShape>;

const timeToLiveShape = z.object({
  TableName: z.string(),
  TimeToLiveSpecification: z.object({ AttributeName: z.string().min(1).max(255), Enabled: z.boolean() }),
});
const backupsShape = z.object({
  TableName: z.string(),
  PointInTimeRecoverySpecification: z.object({
    PointInTimeRecoveryEnabled: z.boolean(),
    RecoveryPeriodInDays: z.int().min(1).max(35).default(35),
  }),
});
const tableShape = z.object({ TableName: z.string() });

/** UpdateTimeToLive. */
export async function updateTimeToLive(engine: Engine, raw: Json): Promise<Json> {
  const { TableName, TimeToLiveSpecification: wanted } = readShape(timeToLiveShape, raw);
  const { ttl, ...rest } = await readSettings(engine.store, TableName);
  if (wanted.Enabled && ttl === wanted.AttributeName) throw invalid('TimeToLive is already enabled');
  if (!wanted.Enabled && ttl === undefined) throw invalid('TimeToLive is already disabled');
  if (ttl !== undefined && ttl !== wanted.AttributeName)
    throw invalid('TimeToLive is active on a different AttributeName: current AttributeName is ' + ttl);
  await writeSettings(engine.store, TableName, {
    ...rest,
    ...(wanted.Enabled && { ttl: wanted.AttributeName }),
  });
  await engine.expiry.track(TableName, wanted.Enabled ? wanted.AttributeName : undefined);
  return { TimeToLiveSpecification: wanted };
}

/** DescribeTimeToLive. */
export async function describeTimeToLive({ store }: Engine, raw: Json): Promise<Json> {
  const { ttl } = await readSettings(store, readShape(tableShape, raw).TableName);
  const status = ttl === undefined ? 'DISABLED' : 'ENABLED';
  return {
    TimeToLiveDescription: { TimeToLiveStatus: status, ...(ttl !== undefined && { AttributeName: ttl }) },
  };
}

/** UpdateContinuousBackups: noted, so that it can be asked for; nothing is backed up on this machine. */
export async function updateContinuousBackups(engine: Engine, raw: Json): Promise<Json> {
  const { TableName, PointInTimeRecoverySpecification: wanted } = readShape(backupsShape, raw);
  const { recoveryDays: _before, ...rest } = await readSettings(engine.store, TableName);
  const days = wanted.PointInTimeRecoveryEnabled ? { recoveryDays: wanted.RecoveryPeriodInDays } : {};
  await writeSettings(engine.store, TableName, { ...rest, ...days });
  return describeContinuousBackups(engine, { TableName });
}

/** DescribeContinuousBackups. */
export async function describeContinuousBackups({ store }: Engine, raw: Json): Promise<Json> {
  const { recoveryDays } = await readSettings(store, readShape(tableShape, raw).TableName);
  const recovery =
    recoveryDays === undefined
      ? { PointInTimeRecoveryStatus: 'DISABLED' }
      : { PointInTimeRecoveryStatus: 'ENABLED', RecoveryPeriodInDays: recoveryDays };
  return {
    ContinuousBackupsDescription: {
      ContinuousBackupsStatus: 'ENABLED',
      PointInTimeRecoveryDescription: recovery,
    },
  };
}

/** Forgets the settings of a table that is deleted. */
export async function dropSettings({ store, expiry }: Engine, table: string): Promise<void> {
  await store.db.batch([{ type: 'del', key: settingsPrefix + table }]);
  await expiry.track(table, undefined);
}

/** Tracks the time to live of every table that has one; at start. */
export async function trackAll({ store, expiry }: Engine): Promise<void> {
  for await (const [key, value] of store.db.iterator(under(settingsPrefix)))
    await expiry.track(key.slice(settingsPrefix.length), settingsShape.parse(value).ttl);
}

async function readSettings(store: LocalStore, table: string): Promise<Settings> {
  await activeTable(store, table);
  const found = await store.db.get(settingsPrefix + table);
  return found === undefined ? {} : settingsShape.parse(found);
}

async function writeSettings(store: LocalStore, table: string, value: Settings): Promise<void> {
  await store.db.batch([{ type: 'put', key: settingsPrefix + table, value }]);
}

function readShape<T>(shape: z.ZodType<T>, raw: Json): T {
  const read = shape.safeParse(raw);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  throw constraint(issue?.path.join('.') ?? 'request', `be well formed: ${issue?.message ?? ''}`);
}
