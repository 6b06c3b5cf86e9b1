import { setTimeout as pause } from 'node:timers/promises';
import { eventually } from '../../../support/eventually.ts';
import { limitOf } from '../../../support/slurm-jobs.ts';
import type { Stream } from '../../../world/core/chance.ts';
import { addLateRow, lengthenRow } from './planted-rows.ts';
import type { Cut } from './relay.ts';
import { CLUSTER, soakAccounts, type SoakSite } from '../soak-site.ts';

/** Brings a fault and takes it away again. @returns what it was, for the report */
export type Fault = (site: SoakSite, chance: Stream) => Promise<string>;

const DAY = 86_400;
/** What is changed by hand is put right within a pass of the agent, which comes each minute. */
const MENDED_MS = 150_000;

const seconds = async (chance: Stream, from: number, to: number): Promise<number> => {
  const length = chance.whole(from, to);
  await pause(length * 1000);
  return length;
};
/** An account whose limit or rows may be changed behind its back. */
const ample = (chance: Stream): string =>
  (chance.any(soakAccounts.filter(({ scarce }) => !scarce)) ?? soakAccounts[0]).name;

const everybody: readonly string[] = soakAccounts.flatMap(({ people }) => people);
const strangerTo = (people: readonly string[]): string =>
  everybody.find((person) => !people.includes(person)) ?? 'nobody';

async function agentKilled({ agent }: SoakSite, chance: Stream): Promise<string> {
  const times = chance.whole(1, 3);
  for (let time = 0; time < times; time += 1) {
    await agent.kill();
    await seconds(chance, 0, 8);
    agent.start();
    if (time + 1 < times) await pause(chance.between(200, 4_000));
  }
  return `${times} times`;
}

async function controllerKilled({ lab }: SoakSite, chance: Stream): Promise<string> {
  await lab.kill('slurmctld');
  const away = await seconds(chance, 0, 15);
  await lab.start('slurmctld');
  return `${away} s`;
}

async function accountingAway({ lab }: SoakSite, chance: Stream): Promise<string> {
  await lab.stop('slurmdbd');
  const away = await seconds(chance, 5, 60);
  await lab.start('slurmdbd');
  return `${away} s`;
}

/** So long that the agent reads a month again; a row of five days ago came meanwhile. */
async function accountingAwayForLong({ lab, hand }: SoakSite, chance: Stream): Promise<string> {
  await lab.stop('slurmdbd');
  const row = await addLateRow(hand, ample(chance), 5 * DAY, chance);
  const away = await seconds(chance, 195, 210);
  await lab.start('slurmdbd');
  return `${away} s, ${row}`;
}

async function cloudStopped({ stack }: SoakSite, chance: Stream): Promise<string> {
  const code = await stack.stop();
  const away = await seconds(chance, 5, 50);
  await stack.startAgain();
  return `ended with ${code}, ${away} s`;
}

async function cloudKilled({ stack }: SoakSite, chance: Stream): Promise<string> {
  await stack.kill();
  const away = await seconds(chance, 0, 20);
  await stack.startAgain();
  return `${away} s`;
}

async function networkCut({ relay }: SoakSite, chance: Stream): Promise<string> {
  const cut = chance.pick<Cut>(['refused', 'silent']);
  relay.cut(cut);
  const away = await seconds(chance, 5, 75);
  relay.mend();
  return `${cut}, ${away} s`;
}

async function limitChanged({ lab, hand }: SoakSite, chance: Stream): Promise<string> {
  const account = ample(chance);
  const limit = chance.pick(['999999', '-1', '0']);
  await hand.setAccount(account, `GrpTRESMins=billing=${limit}`);
  const mended = async () => ![null, 0, 999_999].includes(await limitOf(lab, account));
  await eventually(mended, { what: `the limit of ${account} to be put right`, withinMs: MENDED_MS });
  return `${account} ${limit}`;
}

async function locked({ hand }: SoakSite, chance: Stream): Promise<string> {
  const { name } = chance.any(soakAccounts) ?? soakAccounts[0];
  await hand.setAccount(name, 'GrpJobs=0', 'GrpSubmitJobs=0');
  const rows = () =>
    hand.must('sacctmgr', '-nP', 'show', 'assoc', `account=${name}`, 'user=', 'format=grpjobs,grpsubmitjobs');
  await eventually(async () => (await rows()).trim() === '|', {
    what: `the lock of ${name} to go`,
    withinMs: MENDED_MS,
  });
  return name;
}

async function memberChanged({ hand }: SoakSite, chance: Stream): Promise<string> {
  const { name, people } = chance.any(soakAccounts) ?? soakAccounts[0];
  const at = [`account=${name}`, `cluster=${CLUSTER}`];
  const way = chance.pick(['blocked', 'stranger']);
  if (way === 'blocked')
    await hand.must(
      ...(['sacctmgr', '-i', 'modify', 'user', 'where', `name=${people[0]}`, ...at] as const),
      ...(['set', 'MaxJobs=0', 'MaxSubmitJobs=0'] as const),
    );
  else await hand.must('sacctmgr', '-i', 'add', 'user', strangerTo(people), ...at);
  const members = async () =>
    (await hand.must('sacctmgr', '-nP', 'show', 'assoc', ...at, 'format=user,maxjobs,maxsubmitjobs'))
      .trim()
      .split('\n')
      .sort()
      .join();
  const wanted = ['||', ...people.map((person) => `${person}||`)].sort().join();
  await eventually(async () => (await members()) === wanted, {
    what: `the members of ${name} to be put right`,
    withinMs: MENDED_MS,
  });
  return `${way} ${name}`;
}

const rowLate: Fault = ({ hand }, chance) =>
  addLateRow(hand, ample(chance), chance.whole(600, 5_400), chance);
const rowChanged: Fault = ({ hand }, chance) => lengthenRow(hand, ample(chance), chance);

export const faultKinds = {
  'agent-killed': agentKilled,
  'controller-killed': controllerKilled,
  'accounting-away': accountingAway,
  'accounting-away-for-long': accountingAwayForLong,
  'cloud-stopped': cloudStopped,
  'cloud-killed': cloudKilled,
  'network-cut': networkCut,
  'limit-changed': limitChanged,
  locked,
  'member-changed': memberChanged,
  'row-late': rowLate,
  'row-changed': rowChanged,
} satisfies Record<string, Fault>;

export type FaultKind = keyof typeof faultKinds;
