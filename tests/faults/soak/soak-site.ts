import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { agentConfigSchema } from '@keystone/agent/state/agent-config.ts';
import type { ApiSession } from '@keystone/local/demo/api-session.ts';
import { startSlurm, type SlurmLab } from '@keystone/local/slurm/start-slurm.ts';
import { startOfDay } from '@keystone/shared/domain/calendar.ts';
import { ByHand } from '../../schedulers/by-hand.ts';
import { AgentProcess } from '../../support/agent-process.ts';
import { addPerson, addTeam, awardTime } from '../../support/centre.ts';
import { eventually } from '../../support/eventually.ts';
import { limitOf } from '../../support/slurm-jobs.ts';
import { StackProcess } from '../../support/stack-process.ts';
import { Relay } from './faults/relay.ts';

export const CLUSTER = 'soak';

export interface SoakAccount {
  readonly name: string;
  /** Who may submit; the first owns the team. */
  readonly people: readonly [string, ...string[]];
  readonly serviceUnits: number;
  /** Its award does not last, and grows while it goes on; nobody changes its limit or its rows by hand. */
  readonly scarce: boolean;
}

export const soakAccounts = [
  { name: 'chemistry', people: ['alice', 'bob'], serviceUnits: 40, scarce: false },
  { name: 'climate', people: ['bob', 'carol'], serviceUnits: 40, scarce: false },
  { name: 'history', people: ['carol', 'dave'], serviceUnits: 1, scarce: true },
] as const satisfies readonly SoakAccount[];

/** All of the product, beside a real Slurm: a local stack and an agent in processes of their own, people, awards. */
export interface SoakSite {
  readonly lab: SlurmLab;
  readonly hand: ByHand;
  readonly stack: StackProcess;
  readonly agent: AgentProcess;
  readonly relay: Relay;
  readonly staff: ApiSession;
  readonly cluster: number;
  readonly teams: ReadonlyMap<string, number>;
  /** Unix seconds from which the awards are: what began before is charged, and drawn from none of them. */
  readonly awardedFrom: number;
  close(): Promise<void>;
}

export async function openSoakSite(): Promise<SoakSite> {
  const opened: { close(): Promise<void> }[] = [];
  const close = async () => {
    for (const part of opened.toReversed()) await part.close();
  };
  try {
    return { ...(await openParts(opened)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function openParts(opened: { close(): Promise<void> }[]): Promise<Omit<SoakSite, 'close'>> {
  const keep = <T extends { close(): Promise<void> }>(part: T): T => {
    opened.push(part);
    return part;
  };
  const lab = keep(await startSlurm({ cluster: CLUSTER }));
  const stack = keep(await StackProcess.start());
  const staff = await stack.admin();
  const people = new Map<string, number>();
  for (const name of new Set(soakAccounts.flatMap((account) => account.people)))
    people.set(name, await addPerson(staff, name));
  const cluster = await staff.create('/allocations/clusters/', { name: CLUSTER });
  const agent = keep(await AgentProcess.enrol(staff, stack.url, cluster, lab));
  const relay = keep(await putRelayBefore(agent));
  agent.start();
  const awardedFrom = startOfDay(new Date().toISOString().slice(0, 10), 'Europe/London');
  const teams = new Map<string, number>();
  for (const { name, people: members, serviceUnits } of soakAccounts) {
    const [owner, ...others] = members;
    const ids = others.flatMap((other) => people.get(other) ?? []);
    const team = await addTeam(stack, owner, `${name[0]?.toUpperCase()}${name.slice(1)}`, ids);
    await awardTime(staff, team, cluster, serviceUnits);
    teams.set(name, team);
    await eventually(async () => (await limitOf(lab, name)) === serviceUnits * 60, {
      what: `the limit of ${name}`,
      withinMs: 120_000,
    });
  }
  return { lab, hand: new ByHand(lab), stack, agent, relay, staff, cluster, teams, awardedFrom };
}

/** Lets the agent reach its broker by way of a network that can be cut. */
async function putRelayBefore(agent: AgentProcess): Promise<Relay> {
  const file = join(agent.state, 'config.json');
  const config = agentConfigSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  const relay = await Relay.open(config.endpoint.port);
  const endpoint = { ...config.endpoint, port: relay.port };
  writeFileSync(file, JSON.stringify({ ...config, endpoint }), { mode: 0o600 });
  return relay;
}
