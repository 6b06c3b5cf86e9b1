import { addDays, startOfDay } from '@keystone/shared/domain/calendar.ts';
import { checkLedger } from '@keystone/shared/store/ledger/ledger-invariants.ts';
import { readOutbox } from '@keystone/shared/store/unit-of-work/outbox.ts';
import { wrongAwards } from './checks/awards-check.ts';
import { wrongAccounts, wrongCharges } from './checks/final-checks.ts';
import type { Violation } from './checks/violations.ts';
import { CONTROL, LEDGER } from './cloud/cloud.ts';
import { Outage, type OutageFigures } from './outage.ts';
import { calm, raise } from './storm/storm.ts';
import { todayOf, World, ZONE, type WorldOptions } from './world.ts';
import type { WorldPlan } from './world-plan.ts';

const MINUTE = 60_000;

/** Once all faults stopped, everything must have come together within this; the daily rescan is the slowest remedy. */
const MOST_CALM_MS = 27 * 60 * MINUTE;

/** Once the ledger is right, limits and members must be within this. The turn of the day is not to mend what was lost. */
const MOST_POLICY_MS = 60 * MINUTE;

export interface Outcome {
  readonly plan: WorldPlan;
  readonly violations: readonly Violation[];
  readonly steps: number;
  readonly faults: Readonly<Record<string, number>>;
  /** Runs that the schedulers' accounting holds. */
  readonly runs: number;
  /** Virtual minutes from the end of the faults until everything had come together. */
  readonly convergedMinutes: number | null;
  readonly figures: Readonly<Record<string, number>>;
  readonly outage?: OutageFigures;
  readonly story: readonly string[];
}

/** Plays a plan to its end, or to the first violation. */
export async function runWorld(plan: WorldPlan, options: WorldOptions = {}): Promise<Outcome> {
  const world = new World(plan, options);
  await world.begin();
  const { minutes, outageHours } = plan;
  const away = world.time.now + minutes * MINUTE;
  const until = away + outageHours * 60 * MINUTE;
  raise(world, { decided: away, until });
  scheduleTasks(world);
  const isBroken = () => world.violations.found.length > 0;
  await world.time.passTo(away, isBroken);
  const outage = outageHours > 0 ? new Outage(world) : undefined;
  await outage?.pass(outageHours, isBroken);
  let converged: number | null = null;
  checkQueues(world, away);
  if (!isBroken()) {
    calm(world);
    converged = await converge(world, until, isBroken, outage);
    if (!isBroken()) await checkSums(world);
  }
  return { ...outcomeOf(world, converged), ...(outage && { outage: outage.figures }) };
}

/** The sweep goes on each minute, and grants turn after each midnight. */
function scheduleTasks(world: World): void {
  const { time, cloud } = world;
  const midnight = startOfDay(addDays(todayOf(world), 1), ZONE) * 1000 + 5 * MINUTE;
  time.after(midnight - time.now, () => {
    cloud.runTask('grant-turn');
    scheduleTasks(world);
  });
}

async function converge(
  world: World,
  since: number,
  isBroken: () => boolean,
  outage: Outage | undefined,
): Promise<number | null> {
  const { time, violations } = world;
  sweepOn(world);
  let wrong: Wrong = { records: [], accounts: [] };
  let recordsRight = Infinity;
  while (time.now < since + MOST_CALM_MS) {
    await time.passTo(time.now + (outage ? MINUTE : 5 * MINUTE), isBroken);
    if (isBroken()) return null;
    outage?.look();
    wrong = await whatIsWrong(world);
    if (wrong.records.length > 0) recordsRight = Infinity;
    else recordsRight = Math.min(recordsRight, time.now);
    if (wrong.records.length + wrong.accounts.length === 0) return Math.round((time.now - since) / MINUTE);
    if (time.now - recordsRight > MOST_POLICY_MS) break;
  }
  for (const detail of [...wrong.records, ...wrong.accounts].slice(0, 5))
    violations.add('everything comes together', detail);
  return null;
}

/** The schedule goes on, and operators send anew what was given up on. */
function sweepOn(world: World): void {
  const { time, cloud } = world;
  cloud.runTask('outbox-sweep');
  for (const queue of Object.values(cloud.queues)) queue.redrive();
  cloud.makeUp();
  time.after(5 * MINUTE, () => sweepOn(world));
}

interface Wrong {
  /** In the tables. */
  readonly records: readonly string[];
  /** On the schedulers. */
  readonly accounts: readonly string[];
}

/** What has not come together yet. */
async function whatIsWrong(world: World): Promise<Wrong> {
  const { time, askedTables } = world;
  const records = await wrongRecords(world);
  if (records.length > 0) return { records, accounts: [] };
  const accounts: string[] = [];
  for (const cluster of world.clusters)
    accounts.push(...(await wrongAccounts(askedTables.control, cluster, time.now / 1000, ZONE)));
  return { records, accounts };
}

async function wrongRecords({
  clusters,
  store,
  time,
  askedTables,
  outbox,
  poison,
}: World): Promise<string[]> {
  for (const { id, scheduler } of clusters) {
    if (scheduler.state.running.size > 0) return [`jobs run on cluster ${id}`];
    const wrong = wrongCharges(store.tables, LEDGER, { id, scheduler });
    if (wrong.length > 0) return wrong;
  }
  const unsent = outbox.unsent();
  if (unsent.length > 0) return unsent.map((event) => `owed and not sent: ${event}`);
  const { entries } = await readOutbox(askedTables.control, new Date(time.now));
  if (entries.length > 0) return [`${entries.length} entries stand in the outbox`];
  return poison.missing(askedTables.ledger);
}

/** Five receives of six minutes, and what else may keep a message. */
const MOST_OPEN_MS = 60 * MINUTE;

/** Whatever comes, a message is done with, or given up on, in time. Where the cloud was away it may have begun anew. */
function checkQueues({ cloud, violations, plan, time }: World, away: number): void {
  if (plan.outageHours > 0 || time.now < away) return;
  for (const queue of Object.values(cloud.queues))
    for (const message of queue.openBefore(time.now - MOST_OPEN_MS).slice(0, 3))
      violations.add('no message is held up', message);
}

async function checkSums(world: World): Promise<void> {
  for (const detail of wrongAwards(world.store.tables, CONTROL).slice(0, 5))
    world.violations.add('clusters are told what was decided', detail);
  const { violations, charges } = await checkLedger(world.askedTables.ledger);
  for (const violation of violations.slice(0, 5))
    world.violations.add('charges are balances are rollups', JSON.stringify(violation));
  const runs = world.clusters.reduce((sum, { scheduler }) => sum + scheduler.final.size, 0);
  if (charges !== runs) world.violations.add('one charge a run', `${charges} charges of ${runs} runs`);
  for (const detail of (await world.poison.strange(world.askedTables.ledger)).slice(0, 5))
    world.violations.add("only what can't be read is kept aside", detail);
}

function outcomeOf(world: World, convergedMinutes: number | null): Outcome {
  const { plan, violations, time, weather, cloud, segments, versions, outbox, api, journal } = world;
  const hosts = world.clusters.flatMap((cluster) => cluster.hosts);
  const sum = (figures: number[]) => figures.reduce((all, figure) => all + figure, 0);
  return {
    plan,
    violations: violations.found,
    steps: time.steps,
    faults: Object.fromEntries(weather.counts),
    runs: sum(world.clusters.map(({ scheduler }) => scheduler.final.size)),
    convergedMinutes,
    figures: {
      segments: segments.segments,
      acknowledged: segments.acknowledged,
      policies: versions.policies,
      owed: outbox.owed,
      calls: api.calls,
      limits: sum(hosts.map(({ limits }) => limits.checked)),
      agentStarts: sum(hosts.map(({ machine }) => machine.starts)),
      enrolledAnew: world.enrolment.again,
      invocations: sum(cloud.pools.map(({ invocations }) => invocations)),
      restores: world.restores.done,
      poison: world.poison.sent,
      givenUp: sum(Object.values(cloud.queues).map(({ buried }) => buried)),
      functionCrashes: sum(cloud.pools.map(({ crashes }) => crashes)),
    },
    story: journal.lines,
  };
}
