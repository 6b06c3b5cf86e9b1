import { writeSync } from 'node:fs';
import * as z from 'zod';
import { openAgent } from '@keystone/agent/engine/agent.ts';
import { createLog } from '@keystone/agent/log/log.ts';
import { SeededRandom } from '@keystone/agent/schedulers/simulated/workload/seeded-random.ts';
import { lockInstance } from '@keystone/agent/state/instance-lock.ts';
import { nodeDisk } from '@keystone/agent/state/node-disk.ts';
import { config } from '@keystone/agent/testing/builders.ts';
import { VirtualClock } from '@keystone/agent/testing/virtual-clock.ts';
import { WorkUnderWay } from '../work-under-way.ts';
import { makeFilesDeadly } from './deadly-files.ts';
import { lifeSchema, SPOOL_SIZES } from './outside-calls.ts';
import { OutsideLink } from './outside-link.ts';
import type { Doom } from './kill-plan.ts';

/** One life of an agent: its real code and real files, in time that goes on whenever nothing is under way. To be killed. */
const life = lifeSchema.extend({ doom: z.custom<Doom>() }).parse(JSON.parse(process.argv[2] ?? ''));
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

const work = new WorkUnderWay();
makeFilesDeadly(life.folder, life.doom);
const clock = new VirtualClock(life.start, () => work.rest());
const link = new OutsideLink(() => clock.now(), work.during);
const random = new SeededRandom(life.seed);
const unlock = await lockInstance(life.folder);
const agent = await openAgent({
  config,
  mode: 'enforce',
  version: '0.1.0',
  disk: work.watch(nodeDisk(life.folder)),
  clock,
  random: () => random.next(),
  scheduler: link.scheduler,
  transport: link.transport,
  log: createLog(
    (line) => void writeSync(1, line),
    () => clock.now(),
  ),
  spoolSizes: SPOOL_SIZES,
});
say({ opened: Math.round(performance.timeOrigin + performance.now()) });
agent.start();
await clock.advance(life.milliseconds);
say({ lived: true });
if (life.inOrder) {
  const stopped = agent.stop();
  await clock.advance(20_000);
  await stopped;
  await unlock();
  process.disconnect();
}
