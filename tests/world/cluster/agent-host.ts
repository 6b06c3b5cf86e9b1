import { topicsOf, type EnrolmentResponse } from '@keystone/shared/contracts/agent.ts';
import type { SpoolSizes } from '@keystone/agent/spool/spool-options.ts';
import type { AgentConfig } from '@keystone/agent/state/agent-config.ts';
import type { WorldBroker } from '../broker/world-broker.ts';
import { LimitWatch } from '../checks/limit-watch.ts';
import type { Violations } from '../checks/violations.ts';
import { STAGE } from '../cloud/cloud.ts';
import type { Chance, Stream } from '../core/chance.ts';
import type { FaultKind } from '../core/fault-kinds.ts';
import type { Journal } from '../core/journal.ts';
import type { Weather } from '../core/weather.ts';
import type { WorldTime } from '../core/world-time.ts';
import { AgentMachine } from '../machine/agent-machine.ts';
import { MachineClock } from '../machine/machine-clock.ts';
import { MachineDisk } from '../machine/machine-disk.ts';
import type { Plant } from '../plants/plant.ts';
import type { ClusterScheduler } from './cluster-scheduler.ts';
import { schedulerHandle } from './scheduler-handle.ts';

export interface HostParts {
  readonly time: WorldTime;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly journal: Journal;
  readonly broker: WorldBroker;
  readonly violations: Violations;
  readonly zone: string;
  readonly plant: Plant;
  readonly scheduler: ClusterScheduler;
}

const HELD = 'policy/held.json';

/** As after months: files are closed, and memory is written to them, within an hour. */
const CROWDED: SpoolSizes = { journalFileBytes: 2 * 1024, pendingRuns: 40 };

/** And removed, as after a week. */
const SHORT_LIVED: SpoolSizes = { ...CROWDED, keptSeconds: 120 };

/** What such a one says may reach the cloud again later, or be taken for later; a week is longer than that. */
const THAT_TURN_BACK: readonly FaultKind[] = ['clock-skew', 'clock-step', 'disk-restored', 'broker-twin'];

/** A machine that an agent of a cluster runs on: its disk, its clock, and what watches the limits that it writes. */
export class AgentHost {
  readonly disk: MachineDisk;
  readonly clock: MachineClock;
  readonly machine: AgentMachine;
  readonly limits: LimitWatch;
  readonly #parts: HostParts;
  readonly #calls: Stream;
  readonly #memory = new Map<string, unknown>();
  #enrolment: EnrolmentResponse;
  isGone = false;

  /** @param name tells the cluster's machines apart */
  constructor(parts: HostParts, name: string, enrolment: EnrolmentResponse) {
    const { time, weather, chance, scheduler } = parts;
    this.#parts = parts;
    this.#enrolment = enrolment;
    this.#calls = chance.of(`commands ${name}`);
    this.disk = new MachineDisk(chance.of(`disk ${name}`), weather);
    this.clock = new MachineClock(time);
    this.limits = new LimitWatch({
      ...parts,
      name: `cluster ${enrolment.cluster.id}`,
      cluster: scheduler,
      agentSeconds: (milliseconds) => this.clock.readings(milliseconds),
      heldBytes: () => this.disk.bytesOf(HELD),
      fullSince: (within) => this.disk.fullSince(scheduler.seconds, within),
    });
    this.disk.onPut = (file, isTold) => {
      if (file === HELD) this.limits.look(isTold);
    };
    if (weather.has('spool-crowded')) weather.count('spool-crowded');
    this.machine = new AgentMachine({
      ...parts,
      chance: chance.of(`agent ${name}`),
      config: configOf(enrolment),
      outside: (life) => this.#outside(life),
      spoolSizes: spoolSizesIn(weather),
    });
  }

  get certificate(): string {
    return this.#enrolment.certificate;
  }

  /** The same machine becomes the cluster's agent anew, and keeps what it knows. */
  enrolAnew(enrolment: EnrolmentResponse): void {
    this.#enrolment = enrolment;
    this.machine.config = configOf(enrolment);
    // What the process before was writing is torn now, and not when the next one ends.
    this.disk.crash(false);
    this.machine.start();
  }

  /** The machine runs no agent any more. */
  retire(): void {
    this.isGone = true;
    this.machine.stop();
  }

  #outside: ConstructorParameters<typeof AgentMachine>[0]['outside'] = (life) => {
    const { scheduler: cluster, weather, broker, plant } = this.#parts;
    const onWritten = this.limits.written.bind(this.limits);
    const scheduler = schedulerHandle({ cluster, life, weather, chance: this.#calls, onWritten });
    const transport = broker.transport(this.#enrolment.thing, this.certificate, life);
    const disk = this.disk.handle(life);
    return {
      clock: this.clock.handle(life),
      scheduler: plant.scheduler?.(scheduler, this.#memory) ?? scheduler,
      transport: plant.transport?.(transport) ?? transport,
      disk: plant.disk?.(disk) ?? disk,
    };
  };
}

function configOf({ cluster, thing, epoch, zone }: EnrolmentResponse): AgentConfig {
  return {
    v: 1,
    historyDays: 30,
    url: 'https://keystone.world/api',
    thing,
    cluster,
    epoch,
    endpoint: { host: 'broker.world', port: 8883 },
    topics: topicsOf(STAGE, thing),
    zone,
    scheduler: { kind: 'simulated', conf: '/world' },
  };
}

function spoolSizesIn(weather: Weather): SpoolSizes {
  if (!weather.has('spool-crowded')) return {};
  return THAT_TURN_BACK.some((kind) => weather.has(kind)) ? CROWDED : SHORT_LIVED;
}
