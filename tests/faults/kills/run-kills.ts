import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import { bundleAgent } from './bundle-agent.ts';
import { killAgents, type WorldOfKills } from './kill-world.ts';
import type { Asked } from './read-arguments.ts';

/** Agents that are killed on one cluster, one after another. */
const LIVES = 100;

export interface KillSummary {
  readonly summary: true;
  readonly seed: number;
  readonly kills: number;
  readonly byPlace: Readonly<Record<string, number>>;
  readonly torn: number;
  readonly repairs: number;
  readonly runs: number;
  readonly segments: number;
  readonly policies: number;
  readonly violations: number;
  readonly restartMs: { readonly p50: number; readonly p99: number };
}

/** Kills so many agents, in worlds whose seeds follow each other, and tells of each world. */
export async function runKills(
  { count, seed, parallel }: Asked,
  tell: (world: WorldOfKills) => void,
): Promise<KillSummary> {
  const folder = await mkdtemp(join(tmpdir(), 'keystone-doomed-'));
  try {
    const program = await bundleAgent(folder);
    const plans = Array.from({ length: Math.ceil(count / LIVES) }, (_, index) => ({
      seed: seed + index,
      lives: Math.min(LIVES, count - index * LIVES),
    }));
    const worlds = await mapBounded(plans, parallel, async (plan) => {
      const world = await killAgents(program, plan.seed, plan.lives);
      tell(world);
      return world;
    });
    return summaryOf(seed, worlds);
  } finally {
    await rm(folder, { recursive: true });
  }
}

function summaryOf(seed: number, worlds: readonly WorldOfKills[]): KillSummary {
  const byPlace: Record<string, number> = {};
  for (const { kills } of worlds)
    for (const [name, times] of Object.entries(kills)) byPlace[name] = (byPlace[name] ?? 0) + times;
  const sum = (figure: (world: WorldOfKills) => number) =>
    worlds.reduce((all, world) => all + figure(world), 0);
  const starts = worlds.flatMap(({ openedAfter }) => openedAfter).sort((a, b) => a - b);
  const share = (part: number) => starts[Math.min(starts.length - 1, Math.floor(starts.length * part))] ?? 0;
  return {
    summary: true,
    seed,
    kills: Object.values(byPlace).reduce((all, times) => all + times, 0),
    byPlace: Object.fromEntries(Object.entries(byPlace).sort(([a], [b]) => (a < b ? -1 : 1))),
    torn: sum(({ torn }) => torn),
    repairs: sum(({ repairs }) => repairs),
    runs: sum(({ runs }) => runs),
    segments: sum(({ segments }) => segments),
    policies: sum(({ policies }) => policies),
    violations: sum(({ violations }) => violations.length),
    restartMs: { p50: share(0.5), p99: share(0.99) },
  };
}
