import { topicsOf } from '@keystone/shared/contracts/agent.ts';
import type { AgentRecord } from '@keystone/shared/store/agent-records.ts';
import type { AgentConfig } from '@keystone/agent/state/agent-config.ts';
import type { WorldBroker } from '../broker/world-broker.ts';
import { LimitWatch } from '../checks/limit-watch.ts';
import type { Violations } from '../checks/violations.ts';
import { STAGE } from '../cloud/cloud.ts';
import type { Chance, Stream } from '../core/chance.ts';
import type { Journal } from '../core/journal.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import { AgentMachine } from '../machine/agent-machine.ts';
import { MachineClock } from '../machine/machine-clock.ts';
import { MachineDisk } from '../machine/machine-disk.ts';
import type { Plant } from '../plants/plant.ts';
import { ClusterScheduler } from './cluster-scheduler.ts';
import { schedulerHandle } from './scheduler-handle.ts';

export interface ClusterParts {
  readonly time: WorldTime;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly journal: Journal;
  readonly broker: WorldBroker;
  readonly violations: Violations;
  readonly zone: string;
  readonly plant: Plant;
}

const HELD = 'policy/held.json';

/** A cluster of the world: its scheduler, and the machine on which its agent runs. */
export class WorldCluster {
  readonly id: number;
  readonly thing: string;
  readonly scheduler: ClusterScheduler;
  readonly disk: MachineDisk;
  readonly clock: MachineClock;
  readonly machine: AgentMachine;
  readonly chance: Stream;
  readonly limits: LimitWatch;
  agent: AgentRecord;

  constructor(parts: ClusterParts, agent: AgentRecord) {
    const { time, weather, chance, broker, plant } = parts;
    this.id = agent.cluster;
    this.agent = agent;
    this.thing = agent.thing;
    this.chance = chance.of(`cluster ${this.id}`);
    this.scheduler = new ClusterScheduler(setupOf(this.id), parts, chance.of(`rows ${this.id}`));
    this.disk = new MachineDisk(chance.of(`disk ${this.id}`), weather);
    this.clock = new MachineClock(time);
    this.limits = new LimitWatch({
      ...parts,
      name: `cluster ${this.id}`,
      cluster: this.scheduler,
      agentSeconds: () => (time.now + this.clock.error) / 1000,
      heldBytes: () => this.disk.bytesOf(HELD),
    });
    this.disk.onPut = (name) => {
      if (name === HELD) this.limits.look();
    };
    const calls = chance.of(`commands ${this.id}`);
    const memory = new Map<string, unknown>();
    this.machine = new AgentMachine({
      ...parts,
      chance: chance.of(`agent ${this.id}`),
      config: configOf(agent, parts.zone),
      outside: (life) => {
        const onWritten = this.limits.written.bind(this.limits);
        const scheduler = schedulerHandle({
          cluster: this.scheduler,
          life,
          weather,
          chance: calls,
          onWritten,
        });
        const transport = broker.transport(this.thing, life);
        const disk = this.disk.handle(life);
        return {
          clock: this.clock.handle(life),
          scheduler: plant.scheduler?.(scheduler, memory) ?? scheduler,
          transport: plant.transport?.(transport) ?? transport,
          disk: plant.disk?.(disk) ?? disk,
        };
      },
    });
  }

  /** The agent's process or its machine goes down, within whatever it was writing. */
  crash(): void {
    const power = this.chance.happens(0.5);
    this.machine.kill(this.chance.pick([1_000, 10_000, this.chance.span(120_000, 1)]));
    this.disk.crash(power);
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

function configOf({ cluster, thing, epoch }: AgentRecord, zone: string): AgentConfig {
  return {
    v: 1,
    historyDays: 30,
    url: 'https://keystone.world/api',
    thing,
    cluster: { id: cluster, name: `cluster${cluster}` },
    epoch,
    endpoint: { host: 'broker.world', port: 8883 },
    topics: topicsOf(STAGE, thing),
    zone,
    scheduler: { kind: 'simulated', conf: '/world' },
  };
}
