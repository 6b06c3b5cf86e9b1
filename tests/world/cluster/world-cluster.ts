import type { EnrolmentResponse } from '@keystone/shared/contracts/agent.ts';
import type { Stream } from '../core/chance.ts';
import { AgentHost, type HostParts } from './agent-host.ts';
import { ClusterScheduler } from './cluster-scheduler.ts';

export type ClusterParts = Omit<HostParts, 'scheduler'>;

/** A cluster of the world: its scheduler, and the machines on which its agent runs or ran. */
export class WorldCluster {
  readonly id: number;
  readonly thing: string;
  readonly scheduler: ClusterScheduler;
  readonly chance: Stream;
  /** The last one is that of the agent that counts. */
  readonly hosts: AgentHost[] = [];
  readonly #parts: HostParts;

  constructor(parts: ClusterParts, enrolment: EnrolmentResponse) {
    const { chance } = parts;
    this.id = enrolment.cluster.id;
    this.thing = enrolment.thing;
    this.chance = chance.of(`cluster ${this.id}`);
    this.scheduler = new ClusterScheduler(setupOf(this.id), parts, chance.of(`rows ${this.id}`));
    this.#parts = { ...parts, scheduler: this.scheduler };
    this.moveTo(enrolment);
  }

  get host(): AgentHost {
    const host = this.hosts.at(-1);
    if (!host) throw new Error(`cluster ${this.id} has no agent`);
    return host;
  }

  /** Another machine, on which nothing is yet, is the agent's from now on. */
  moveTo(enrolment: EnrolmentResponse): void {
    const nth = this.hosts.length;
    this.hosts.push(new AgentHost(this.#parts, nth === 0 ? `${this.id}` : `${this.id}.${nth}`, enrolment));
  }

  /** The agent's process or its machine goes down, within whatever it was writing. */
  crash(): void {
    const power = this.chance.happens(0.5);
    this.host.machine.kill(this.chance.pick([1_000, 10_000, this.chance.span(120_000, 1)]));
    this.host.disk.crash(power);
  }
}

function setupOf(id: number) {
  return {
    cluster: `world${id}`,
    partition: 'batch',
    nodes: { count: 16, cpus: 64, gpus: 0 },
    memoryMbPerCpu: 1_000,
    billing: { cpu: 1, gpu: 0 },
    maxMinutes: 240,
    calcPeriodSeconds: 60,
  };
}
