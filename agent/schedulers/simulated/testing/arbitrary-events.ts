import fc from 'fast-check';
import { arbitraryChange } from '../../testing/arbitrary-change.ts';
import type { SimulationEvent } from '../core/simulation.ts';
import type { ClusterSetup, JobRequest, SimulationState } from '../core/simulation-state.ts';

export const smallSetup: ClusterSetup = {
  cluster: 'small',
  partition: 'batch',
  nodes: { count: 3, cpus: 8, gpus: 2 },
  memoryMbPerCpu: 100,
  billing: { cpu: 1, gpu: 4 },
  maxMinutes: 30,
  calcPeriodSeconds: 60,
};

const people = ['alice', 'bob'] as const;
const user = fc.constantFrom(...people);
const account = fc.constantFrom('chem', 'bio', 'chem-sub');

/** Accounts, one below another, that everybody is in. */
export const declarations: SimulationEvent[] = [
  { account: 'chem', limitMinutes: 60, members: people },
  { account: 'bio', limitMinutes: null, members: people },
  { account: 'chem-sub', parent: 'chem', limitMinutes: 200, members: people },
].map((declaration) => ({ kind: 'declare', declaration }));

const job: fc.Arbitrary<JobRequest> = fc
  .record({
    user,
    account,
    share: fc.integer({ min: 1, max: 8 }),
    gpuShare: fc.constantFrom(0, 0, 0, 1, 2),
    nodes: fc.constantFrom(1, 1, 1, 2, 3),
    limitMinutes: fc.integer({ min: 1, max: 12 }),
    tasks: fc.constantFrom(null, null, null, 1, 3),
    plan: fc.record({
      seconds: fc.integer({ min: 1, max: 800 }),
      outcome: fc.constantFrom('COMPLETED', 'FAILED', 'NODE_FAIL'),
      busyPercent: fc.constant(80),
    }),
    patienceSeconds: fc.option(fc.integer({ min: 1, max: 600 })),
  })
  .map(({ share, gpuShare, ...rest }) => ({
    ...rest,
    cpus: share * rest.nodes,
    gpus: gpuShare * rest.nodes,
  }));

const change = arbitraryChange({ account, user, limitMinutes: fc.integer({ min: 0, max: 150 }) });

type JobCommand = 'cancel' | 'suspend' | 'resume' | 'hold' | 'release' | 'requeue' | 'resize';

/** An event; a command to a job says which of those that would take it, since nobody knows ids beforehand. */
type Wish =
  SimulationEvent | { readonly kind: 'command'; readonly command: JobCommand; readonly pick: number };

const part = fc.constantFrom('accounts', 'queue');
const wish: fc.Arbitrary<Wish> = fc.oneof(
  { weight: 12, arbitrary: job.map((asked) => ({ kind: 'submit' as const, job: asked })) },
  {
    weight: 9,
    arbitrary: fc.record({
      kind: fc.constant('command' as const),
      command: fc.constantFrom('cancel', 'suspend', 'resume', 'hold', 'release', 'requeue', 'resize'),
      pick: fc.nat(20),
    }),
  },
  { weight: 4, arbitrary: change.map((wanted) => ({ kind: 'change' as const, change: wanted })) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('take-away' as const), part }) },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('bring-back' as const), part }) },
  { weight: 2, arbitrary: fc.constant({ kind: 'lose-state' } as const) },
);

/** Events, each so many seconds after the one before. */
export const scripts = fc.array(
  fc.record({ after: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 200 })), wish }),
  {
    minLength: 20,
    maxLength: 80,
    size: 'max',
  },
);
export type Script = readonly { readonly after: number; readonly wish: Wish }[];

/** The event that a wish is in a state. */
export function eventOf(wanted: Wish, state: SimulationState): SimulationEvent {
  if (wanted.kind !== 'command') return wanted;
  const { command, pick } = wanted;
  const takers = takersOf(command, state);
  const id = takers[pick % takers.length];
  if (id === undefined) return { kind: 'nothing' };
  return command === 'resize' ? { kind: command, id, nodes: 1 } : { kind: command, id };
}

function takersOf(command: JobCommand, { running, waiting }: SimulationState): number[] {
  const runs = [...running.values()];
  switch (command) {
    case 'cancel':
      return [...running.keys(), ...waiting.keys()];
    case 'hold':
    case 'release':
      return [...waiting.keys()];
    case 'suspend':
    case 'requeue':
      return runs.map(({ id }) => id);
    case 'resume':
      return runs.filter(({ suspendedSince }) => suspendedSince !== null).map(({ id }) => id);
    case 'resize':
      return runs.filter(({ nodes }) => nodes > 1).map(({ id }) => id);
  }
}
