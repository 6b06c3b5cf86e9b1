import { Child } from '@keystone/tests/support/child.ts';
import type { BenchRun, Figure } from '../figures/figure.ts';
import type { Units } from '../measure/metered-client.ts';
import { openApiWorld, type ApiWorld } from './api-world.ts';
import { operations, teamList, type Operation } from './operations.ts';
import { timeCalls, type CallTimes } from './timed-calls.ts';

/** The small deployment that a team's list is compared with. */
const SMALL = 100;

type Measured = CallTimes & { first: Units; units: Units };

/** Times the API over HTTP on a store of so many requests; the same calls in this process tell their request units. */
export async function benchApi(run: BenchRun): Promise<Figure[]> {
  const world = await openApiWorld(run, SMALL);
  const list = teamList(world);
  const small = await measure(world, list);
  run.print({ of: list.of, requests: SMALL, ...shown(small) });
  await world.growTo(run.size);
  const empty = await timeEmptyFunction(run);
  run.print({ of: 'an empty function', p50: empty.one.p50, perSecond: empty.perSecond });
  const figures: Figure[] = [];
  for (const operation of operations(world)) {
    const measured = await measure(world, operation);
    const store = await timeCalls(operation.floor);
    run.print({ of: operation.of, requests: run.size, ...shown(measured), bareStoreMs: store.one.p50 });
    figures.push(...figuresOf(operation.of, measured, empty, store));
    if (operation.of === list.of) figures.push(...growthOf(measured, small));
  }
  return figures;
}

async function measure(world: ApiWorld, { method, path, body, who }: Operation): Promise<Measured> {
  const { api, metered, sessions } = world;
  // A process reads a staff-wide list whole the first time, and from then on what changed.
  const first = await api.unitsOf(metered[who], method, path, body);
  const units = await api.unitsOf(metered[who], method, path, body);
  return { ...(await timeCalls(() => sessions[who].call(method, path, body))), first, units };
}

const shown = ({ one, perSecond, first, units }: Measured) => ({
  p50: one.p50,
  p99: one.p99,
  perSecond,
  ...units,
  firstReads: first.reads,
  firstCalls: first.calls,
});

/** An answer takes at least an empty function's time, and that of the store's bare calls. */
function figuresOf(
  of: string,
  { one, perSecond, units }: Measured,
  empty: CallTimes,
  store: CallTimes,
): Figure[] {
  return [
    { key: 'api.p50', of, value: one.p50, floor: empty.one.p50 + store.one.p50 },
    { key: 'api.p99', of, value: one.p99, floor: empty.one.p99 + store.one.p99 },
    { key: 'api.rate', of, value: perSecond, floor: 1 / (1 / empty.perSecond + 1 / store.perSecond) },
    { key: 'api.reads', of, value: units.reads },
    { key: 'api.writes', of, value: units.writes },
    { key: 'api.calls', of, value: units.calls },
  ];
}

function growthOf(large: Measured, small: Measured): Figure[] {
  return [
    { key: 'api.team-list.p50', value: large.one.p50, floor: small.one.p50 },
    { key: 'api.team-list.reads', value: large.units.reads, floor: small.units.reads },
  ];
}

/** The stack's own front and worker threads, before a function that does nothing. */
async function timeEmptyFunction(run: BenchRun): Promise<CallTimes> {
  const child = new Child('bench/api/empty-function.process.ts', []);
  run.undo(() => child.signal('SIGTERM'));
  const [address] = await child.says(/http:\/\/127\.0\.0\.1:\d+/, 30_000);
  return timeCalls(async () => {
    const response = await fetch(`${address}/api/nothing/`, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`the empty function answered ${response.status}`);
    return response.json();
  });
}
