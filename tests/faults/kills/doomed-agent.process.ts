import { writeSync } from 'node:fs';
import { setImmediate as turn } from 'node:timers/promises';
import * as z from 'zod';
import { openAgent } from '@keystone/agent/engine/agent.ts';
import { createLog } from '@keystone/agent/log/log.ts';
import { SeededRandom } from '@keystone/agent/schedulers/simulated/workload/seeded-random.ts';
import { lockInstance } from '@keystone/agent/state/instance-lock.ts';
import { nodeDisk } from '@keystone/agent/state/node-disk.ts';
import type { Disk } from '@keystone/agent/state/disk.ts';
import { config } from '@keystone/agent/testing/builders.ts';
import { VirtualClock } from '@keystone/agent/testing/virtual-clock.ts';
import { makeFilesDeadly } from './deadly-files.ts';
import { lifeSchema, SPOOL_SIZES } from './outside-calls.ts';
import { OutsideLink } from './outside-link.ts';
import type { Doom } from './kill-plan.ts';

/** One life of an agent: its real code and real files, in time that goes on whenever nothing is under way. To be killed. */
const life = lifeSchema.extend({ doom: z.custom<Doom>() }).parse(JSON.parse(process.argv[2] ?? ''));
const say = (line: object): void => void writeSync(1, `${JSON.stringify(line)}\n`);

let underWay = 0;
let allDone: () => void = () => undefined;
const during = async <T>(work: Promise<T>): Promise<T> => {
  underWay += 1;
  try {
    return await work;
  } finally {
    underWay -= 1;
    if (underWay === 0) allDone();
  }
};
/** All that was begun has come to rest: no file is at work and no answer is waited for. */
async function rest(): Promise<void> {
  await turn();
  while (underWay > 0) {
    await new Promise<void>((resolve) => (allDone = resolve));
    await turn();
  }
}

function watched(disk: Disk): Disk {
  return {
    read: (name) => during(disk.read(name)),
    readAt: (name, offset, length) => during(disk.readAt(name, offset, length)),
    replace: (name, data) => during(disk.replace(name, data)),
    writeAt: (name, offset, data, durable) => during(disk.writeAt(name, offset, data, durable)),
    list: (folder) => during(disk.list(folder)),
    remove: (name) => during(disk.remove(name)),
  };
}

makeFilesDeadly(life.folder, life.doom);
const clock = new VirtualClock(life.start, rest);
const link = new OutsideLink(() => clock.now(), during);
const random = new SeededRandom(life.seed);
const unlock = await lockInstance(life.folder);
const agent = await openAgent({
  config,
  mode: 'enforce',
  version: '0.1.0',
  disk: watched(nodeDisk(life.folder)),
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
