import { topicsOf } from '@keystone/shared/contracts/agent.ts';
import { addDays, dayOf, startOfDay } from '@keystone/shared/domain/calendar.ts';
import { ruleOf } from './broker/iot-rules.ts';
import { WorldBroker, type Upward } from './broker/world-broker.ts';
import { watchLedger } from './checks/ledger-watch.ts';
import { OutboxWatch } from './checks/outbox-watch.ts';
import { PolicyWatch } from './checks/policy-watch.ts';
import { watchRecords } from './checks/record-watch.ts';
import { SegmentWatch } from './checks/segment-watch.ts';
import { VersionWatch } from './checks/version-watch.ts';
import { Violations } from './checks/violations.ts';
import { ApiCaller } from './cloud/api-caller.ts';
import { Cloud, CONTROL, LEDGER } from './cloud/cloud.ts';
import { Enrolment } from './cloud/enrolment.ts';
import { writeFirstRecords } from './cloud/first-records.ts';
import { People } from './cloud/people.ts';
import { WorldCluster } from './cluster/world-cluster.ts';
import { Chance } from './core/chance.ts';
import { Journal } from './core/journal.ts';
import { Life } from './core/life.ts';
import { Weather } from './core/weather.ts';
import { WorldTime } from './core/world-time.ts';
import { noPlant, type Plant } from './plants/plant.ts';
import { dynamodbClient } from './store/sdk-clients.ts';
import { WorldStore } from './store/world-store.ts';
import { Poison } from './storm/poison.ts';
import { Restores } from './storm/restores.ts';
import type { WorldPlan } from './world-plan.ts';

export const ZONE = 'Europe/Berlin';
const MINUTE = 60_000;

/** Days on which nothing is special, the day on which summer time begins, a leap day, the last of a year. */
const DAYS = ['2026-03-10', '2026-06-17', '2026-03-28', '2028-02-28', '2026-12-31'] as const;

export interface WorldOptions {
  readonly plant?: Plant;
  /** Whether the story is kept. */
  readonly tells?: boolean;
}

/** The product's own code between doubles of everything that it stands on, all of it following from one plan. */
export class World {
  readonly plan: WorldPlan;
  readonly time: WorldTime;
  readonly chance: Chance;
  readonly weather: Weather;
  readonly journal: Journal;
  readonly violations: Violations;
  readonly store: WorldStore;
  readonly broker: WorldBroker;
  readonly cloud: Cloud;
  readonly api: ApiCaller;
  readonly clusters: WorldCluster[] = [];
  readonly segments: SegmentWatch;
  readonly versions: VersionWatch;
  readonly outbox: OutboxWatch;
  readonly policies: PolicyWatch;
  readonly poison: Poison;
  readonly restores: Restores;
  readonly enrolment: Enrolment;
  readonly plant: Plant;
  people: People | undefined;

  constructor(plan: WorldPlan, { plant = noPlant, tells = false }: WorldOptions = {}) {
    this.plan = plan;
    this.plant = plant;
    this.chance = new Chance(plan.seed);
    this.time = new WorldTime(beginOf(plan, this.chance));
    this.weather = new Weather(this.time, this.chance, plan.faults);
    this.journal = new Journal(this.time, tells);
    this.violations = new Violations(this.time);
    this.store = new WorldStore(this.time, this.chance, this.weather);
    this.segments = new SegmentWatch(this.store.tables, LEDGER, this.violations);
    this.versions = new VersionWatch(this.violations);
    this.outbox = new OutboxWatch(this.violations);
    this.broker = new WorldBroker({
      ...this,
      onOffered: (message) => this.#offered(message),
      onPublished: (message) => this.#published(message),
      onDown: (topic, payload) => this.#down(topic, payload),
    });
    const shards = this.chance.of('shards').pick([1, 1, 8]);
    this.cloud = new Cloud({ ...this, zone: ZONE, shards, onSent: (body) => this.outbox.sent(body) });
    this.cloud.queues.usage.onDone = (body) => this.segments.doneWith(body);
    this.api = new ApiCaller({ ...this, chance: this.chance.of('api'), zone: ZONE });
    this.policies = new PolicyWatch(this.time, this.violations);
    this.poison = new Poison(this);
    this.restores = new Restores(this);
    this.enrolment = new Enrolment({ ...this, zone: ZONE, chance: this.chance.of('enrolment') });
    this.store.tables.onCommit(watchLedger(LEDGER, this.violations));
    this.store.tables.onCommit(watchRecords(CONTROL, this.violations));
    this.store.tables.onCommit((changes) => this.policies.commit(changes));
    this.store.tables.onCommit((changes) => this.versions.commit(changes));
    this.store.tables.onCommit((changes) => this.outbox.commit(changes));
  }

  /** Tables that answer at once and truly, for checks. */
  get askedTables() {
    const client = dynamodbClient(async (command) => this.store.ask(command));
    return { control: { client, table: 'control' }, ledger: { client, table: LEDGER, shards: 8 } };
  }

  /** In fair weather: people, clusters, awards, and agents that made their clusters hold them. */
  async begin(): Promise<void> {
    const { chance, time, api } = this;
    const life = new Life(time);
    const { control } = this.cloud.tables(life, 'api');
    const sources = this.cloud.sources(life);
    const setting = { table: control, sources, pause: sources.pause, random: sources.random };
    const begun = (async () => {
      const first = await writeFirstRecords(setting, 4, this.plan.clusters);
      for (const id of first.clusters) {
        const enrolled = await this.enrolment.enrol(id);
        this.clusters.push(new WorldCluster({ ...this, zone: ZONE }, enrolled));
      }
      this.people = new People({ time, api, zone: ZONE, chance: chance.of('people'), ...first });
      await this.people.settleIn(3);
    })();
    let isOver = false;
    const ended = begun.finally(() => (isOver = true));
    await time.passTo(time.now + 60 * MINUTE, () => isOver);
    await ended;
    for (const cluster of this.clusters) cluster.host.machine.start();
    await time.passTo(time.now + 4 * MINUTE);
  }

  clusterOf(thing: string): WorldCluster | undefined {
    return this.clusters.find((cluster) => cluster.thing === thing);
  }

  #offered({ thing, topic, payload }: Upward): void {
    const cluster = this.clusterOf(thing);
    if (!cluster) return;
    const topics = topicsOf('world', thing);
    if (topic === topics.usage) this.segments.sent(cluster.id, payload);
    if (topic === topics.state) this.versions.reported(cluster.id, payload);
  }

  #published(message: Upward): void {
    const taken = ruleOf(message, 'world', Math.floor(this.time.now));
    if (taken) this.cloud.queues[taken.queue].send(taken.body);
  }

  #down(topic: string, payload: Uint8Array): void {
    const cluster = this.clusters.find(({ thing }) => topic === topicsOf('world', thing).ack);
    if (cluster) this.segments.acknowledges(cluster.id, payload);
  }
}

function beginOf({ minutes, midnight }: WorldPlan, chance: Chance): number {
  const stream = chance.of('begin');
  const day = stream.pick(DAYS);
  const at = startOfDay(day, ZONE) * 1000;
  if (!midnight) return at + stream.whole(6, 18) * 60 * MINUTE + stream.whole(0, 59) * MINUTE;
  // Midnight falls somewhere into the storm.
  return startOfDay(addDays(day, 1), ZONE) * 1000 - stream.whole(10, minutes) * MINUTE;
}

/** The day of the world's zone. */
export const todayOf = (world: World) => dayOf(world.time.now / 1000, ZONE);
