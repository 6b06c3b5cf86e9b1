import * as z from 'zod';
import type { Day } from '../../../domain/calendar.ts';
import { addDay } from '../../../domain/day-spans.ts';
import { queryItems } from '../../table/control-reader.ts';
import { fromItem, type Item } from '../../table/items.ts';
import { shardsOf, userDayKey } from '../ledger-keys.ts';
import { mapBounded } from '../../table/map-bounded.ts';
import { chargeFaults } from './charge-faults.ts';
import { tellStanding, type CheckContext } from './check-context.ts';
import type { PassState, SeenAccount } from './pass-state.ts';

const idSchema = z.int().min(1);
const accountSchema = z.object({ cluster: idSchema, account: z.string() });
const daySchema = accountSchema.extend({ user: z.string(), day: z.iso.date() });
const sumSchema = z.object({ seconds: z.int().default(0), jobs: z.int().default(0) });
const traceSchema = z.object({ cluster: idSchema, epoch: z.int(), segment: z.int() });
const chargeSchema = accountSchema.extend({
  day: z.iso.date(),
  seconds: z.int(),
  epoch: z.int(),
  segment: z.int(),
});

/** Checks what can be told of each item by itself, and notes accounts, their days and traces of segments. */
export async function checkScanned(context: CheckContext, items: readonly Item[]): Promise<void> {
  const { state, zone } = context;
  state.counts.items += items.length;
  const faulty: string[] = [];
  for (const [pk, group] of Map.groupBy(items, (item) => item['pk']?.S ?? '')) {
    if (pk.startsWith('CHG#')) {
      noteCharges(state, group);
      if (chargeFaults(group, zone).length > 0) faulty.push(pk);
    } else for (const item of group) await checkOther(context, pk, fromItem(item));
  }
  await checkFaulty(context, faulty);
}

/** All of a page at once: what was read in the middle of a write is whole in a moment. */
async function checkFaulty(context: CheckContext, faulty: readonly string[]): Promise<void> {
  for (const [cluster, keys] of Map.groupBy(faulty, (pk) => Number(pk.split('#')[2]) || 0))
    await tellStanding(context, cluster, 'charge', async () => {
      const groups = await mapBounded(keys, 10, (pk) => queryItems(context.ledger, pk));
      return groups.flatMap((group) => chargeFaults(group, context.zone));
    });
}

function noteCharges(state: PassState, group: readonly Item[]): void {
  for (const item of group) {
    const values = fromItem(item);
    if (values['sk'] === 'A') {
      const charge = chargeSchema.safeParse(values).data;
      if (!charge) continue;
      seenAccount(state, charge, charge.day);
      noteTrace(state, charge);
      state.counts.charges += 1;
      state.counts.seconds += charge.seconds;
    } else state.counts.revisions += 1;
  }
}

async function checkOther(context: CheckContext, pk: string, values: Record<string, unknown>): Promise<void> {
  const { state } = context;
  if (pk.startsWith('BAL#')) {
    const account = accountSchema.safeParse(values).data;
    if (account && sumSchema.safeParse(values).success) seenAccount(state, account, undefined);
    else await tellUnreadable(context, pk, values);
  } else if (pk.startsWith('DAY#')) await checkDayItem(context, pk, values);
  else if (pk.startsWith('SEG#')) noteTrace(state, traceSchema.safeParse(values).data);
  else if (pk.startsWith('QUAR#')) noteQuarantined(state, values);
}

/** Up to its segment it is a trace like any other; only of one without it nobody can say what it was. */
function noteQuarantined(state: PassState, values: Record<string, unknown>): void {
  const trace = traceSchema.safeParse(values).data;
  if (trace) return noteTrace(state, trace);
  const cluster = idSchema.safeParse(values['cluster']).data;
  if (cluster !== undefined && !state.quarantined.includes(cluster)) state.quarantined.push(cluster);
}

async function checkDayItem(
  context: CheckContext,
  pk: string,
  values: Record<string, unknown>,
): Promise<void> {
  const { state, ledger } = context;
  const names = daySchema.safeParse(values).data;
  const sum = sumSchema.safeParse(values).data;
  const isOwn = names && shardsOf(ledger).some((shard) => userDayKey(names, shard).pk === pk);
  if (!names || !sum || !isOwn) return tellUnreadable(context, pk, values);
  const seen = seenAccount(state, names, names.day);
  if ((sum.seconds !== 0 || sum.jobs !== 0) && names.day < state.countedBefore) seen.dayItems += 1;
}

/** An item of the ledger that says of itself something else than its key, or nothing that can be read. */
async function tellUnreadable(
  context: CheckContext,
  pk: string,
  values: Record<string, unknown>,
): Promise<void> {
  const told = ['cluster', 'account', 'user', 'day'].map((name) => String(values[name] ?? ''));
  const difference = {
    name: `item ${pk}`,
    expected: { says: 'as its key' },
    found: { says: told.join(' ') },
  };
  await tellStanding(context, 0, 'item', () => Promise.resolve([difference]));
}

function seenAccount(
  state: PassState,
  { cluster, account }: { cluster: number; account: string },
  day: Day | undefined,
): SeenAccount {
  const index = indexOf(state);
  const key = `${cluster} ${account}`;
  let seen = index.get(key);
  if (!seen) {
    seen = { cluster, account, days: [], dayItems: 0 };
    index.set(key, seen);
    state.accounts.push(seen);
  }
  if (day !== undefined) addDay(seen.days, day);
  return seen;
}

const indexes = new WeakMap<PassState, Map<string, SeenAccount>>();

/** Accounts of a pass by name; made anew where a pass was taken up again. */
function indexOf(state: PassState): Map<string, SeenAccount> {
  const known =
    indexes.get(state) ??
    new Map(state.accounts.map((seen) => [`${seen.cluster} ${seen.account}`, seen] as const));
  indexes.set(state, known);
  return known;
}

function noteTrace(
  { traces }: PassState,
  trace: { cluster: number; epoch: number; segment: number } | undefined,
): void {
  if (!trace) return;
  const { cluster, epoch, segment } = trace;
  const known = traces.find((each) => each.cluster === cluster && each.epoch === epoch);
  if (known) known.segment = Math.max(known.segment, segment);
  else traces.push({ cluster, epoch, segment });
}
