import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { entitledSeconds } from '@keystone/shared/domain/grants.ts';
import { Chance, type Stream } from '../../world/core/chance.ts';
import { liveOnce, type EndedLife } from './agent-life.ts';
import { DeathExaminer } from './examine-death.ts';
import { nextDoom, type Doom } from './kill-plan.ts';
import { Outside } from './outside.ts';
import { accounts } from './cluster-double.ts';

const START = Date.UTC(2026, 4, 1) / 1000;

/** How long an agent lives that is not killed before, in seconds of its time. */
const LIFE_SECONDS = 240;

/** Undisturbed, everything has come together after this. */
const CALM_SECONDS = 2 * 3_600;

export interface WorldOfKills {
  readonly seed: number;
  /** How many agents were killed within their writes, by place and step, and from outside. */
  readonly kills: Readonly<Record<string, number>>;
  /** Kills that left a write torn. */
  readonly torn: number;
  /** Torn writes that the next agent mended. */
  readonly repairs: number;
  readonly runs: number;
  readonly segments: number;
  readonly policies: number;
  /** Milliseconds from the start of each process until it had opened what lay on disk. */
  readonly openedAfter: readonly number[];
  readonly violations: readonly { life: number; doom: Doom | 'none'; what: string }[];
}

interface Tally {
  kills: Map<string, number>;
  torn: number;
  repairs: number;
  openedAfter: number[];
  violations: { life: number; doom: Doom | 'none'; what: string }[];
}

/** One cluster whose agent is killed so many times; the last one is left alone until all has come together. */
export async function killAgents(program: string, seed: number, lives: number): Promise<WorldOfKills> {
  const chance = new Chance(seed).of('kills');
  const folder = await mkdtemp(join(tmpdir(), 'keystone-kills-'));
  const outside = new Outside(seed, START);
  const examiner = new DeathExaminer(folder, outside);
  const tally: Tally = { kills: new Map(), torn: 0, repairs: 0, openedAfter: [], violations: [] };
  try {
    for (let life = 1; life <= lives && tally.violations.length === 0; life += 1) {
      const doom = nextDoom(chance);
      outside.passTo(outside.cluster.now + gapOf(chance));
      const ended = await liveOnce(
        program,
        { ...lifeOf(folder, outside, seed + life), doom, inOrder: false },
        outside,
      );
      count(tally, ended);
      const wrong = [...(await examiner.examine(ended)), ...outside.violations, ...errorsOf(ended)];
      tally.violations.push(...wrong.map((what) => ({ life, doom, what })));
    }
    if (tally.violations.length === 0) {
      const wrong = await endInOrder(program, folder, outside, seed);
      tally.violations.push(...wrong.map((what) => ({ life: lives + 1, doom: 'none' as const, what })));
    }
  } finally {
    await rm(folder, { recursive: true });
  }
  const { segments, cluster, cloud } = outside;
  const sizes = {
    runs: cluster.scheduler.rows.size,
    segments: segments.rows.size,
    policies: cloud.policies.size,
  };
  return { seed, ...tally, ...sizes, kills: Object.fromEntries(tally.kills) };
}

const lifeOf = (folder: string, outside: Outside, seed: number) => ({
  folder,
  start: outside.cluster.now * 1000,
  milliseconds: LIFE_SECONDS * 1000,
  seed,
});

/** The next agent starts at once, or after a while, or so late that files have had their time. */
function gapOf(chance: Stream): number {
  if (chance.happens(0.04)) return 8 * 86_400;
  return chance.happens(0.2) ? chance.whole(600, 20_000) : chance.whole(1, 60);
}

function count(tally: Tally, { last, openedAfter, repairs }: EndedLife): void {
  const name = last ? `${last.place}: ${last.step}` : 'from outside';
  tally.kills.set(name, (tally.kills.get(name) ?? 0) + 1);
  if (last?.bytes !== undefined && last.bytes > 0 && last.bytes < (last.of ?? 0)) tally.torn += 1;
  tally.repairs += repairs;
  if (openedAfter !== undefined) tally.openedAfter.push(openedAfter);
}

const errorsOf = ({ error }: EndedLife): string[] => (error === undefined ? [] : [error]);

async function endInOrder(
  program: string,
  folder: string,
  outside: Outside,
  seed: number,
): Promise<string[]> {
  outside.cluster.isQuiet = true;
  outside.cloud.isLossy = false;
  const life = { ...lifeOf(folder, outside, seed), milliseconds: CALM_SECONDS * 1000, inOrder: true };
  const ended = await liveOnce(
    program,
    { ...life, doom: { kind: 'outside', calls: 0, milliseconds: 0 } },
    outside,
  );
  const orderly = ended.inOrder ? [] : ['the last agent did not end in order'];
  return [...orderly, ...errorsOf(ended), ...outside.violations, ...notTogether(outside)];
}

/** What differs at the end between scheduler, ledger and policy. */
function notTogether({ cluster, cloud }: Outside): string[] {
  const wrong: string[] = [];
  if (!cluster.isIdle) wrong.push('jobs run on');
  for (const [key, row] of cluster.scheduler.rows) {
    const charged = cloud.charges.get(key);
    if (JSON.stringify(charged?.record) !== JSON.stringify(charged && row))
      wrong.push(`run ${key} is charged as it was`);
    if (!charged) wrong.push(`run ${key} is not charged`);
  }
  if (cloud.charges.size !== cluster.scheduler.rows.size) wrong.push(`${cloud.charges.size} charges`);
  for (const account of accounts) {
    const entry = cloud.latest.accounts.find((known) => known.account === account);
    const limit = cluster.scheduler.limitOf(account);
    const charged = [...cloud.charges.values()].filter(({ record }) => record.account === account);
    const used = charged.reduce((sum, { seconds }) => sum + seconds, 0);
    const left = (entry ? entitledSeconds(entry, '2026-06-01') : 0) - used;
    const right = left > 0 ? left + cluster.counted(account) : 0;
    if (Math.abs((limit ?? NaN) * 60 - right) < 120) continue;
    wrong.push(`the limit of ${account} is ${limit} min, and ${right / 60} would be right`);
  }
  return wrong;
}
