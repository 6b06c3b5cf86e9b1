import type { FinishedRuns } from '@keystone/agent/schedulers/scheduler.ts';
import { numbersMessageSchema, usageMessageSchema } from '@keystone/shared/contracts/usage.ts';
import { gunzipSync } from 'node:zlib';
import type { Plant } from './plant.ts';

const READ = 'rows that were read';

const watermarkFirst: Plant = {
  name: 'watermark-before-spool',
  bug: 'the read position moves before the rows are in the spool, so that what was not kept is not read again',
  scheduler: (scheduler, memory) => {
    const known = memory.get(READ);
    const read = known instanceof Set ? known : new Set<unknown>();
    memory.set(READ, read);
    return {
      ...scheduler,
      async *finishedRuns(from, to): AsyncGenerator<FinishedRuns> {
        for await (const slice of scheduler.finishedRuns(from, to)) {
          const runs = slice.runs.filter((run) => !read.has(JSON.stringify(run)));
          for (const run of runs) read.add(JSON.stringify(run));
          yield { ...slice, runs };
        }
      },
    };
  },
};

const droppedOnPuback: Plant = {
  name: 'dropped-on-puback',
  bug: "the broker's acknowledgement of a segment is taken for the ledger's",
  transport: (transport) => ({
    async connect() {
      const session = await transport.connect();
      const listeners = new Map<string, (payload: Uint8Array) => void>();
      return {
        ...session,
        subscribe: (topic, onMessage) => {
          listeners.set(topic, onMessage);
          return session.subscribe(topic, onMessage);
        },
        async publish(topic, payload) {
          await session.publish(topic, payload);
          if (!topic.endsWith('/usage')) return;
          const { epoch, segment } = usageMessageSchema.parse(
            JSON.parse(gunzipSync(payload).toString('utf8')),
          );
          const ack = Buffer.from(JSON.stringify({ v: 1, epoch, segments: [segment] }));
          for (const [name, take] of listeners) if (name.endsWith('/ack')) take(ack);
        },
      };
    },
  }),
};

const ownNumbers: Plant = {
  name: 'numbers-of-its-own',
  bug: 'an agent counts its segments on from what its disk says, whatever was sent before the machine was set back',
  transport: (transport) => ({
    async connect() {
      const session = await transport.connect();
      return {
        ...session,
        subscribe: (topic, onMessage) =>
          session.subscribe(topic, (payload) => {
            const message: unknown = JSON.parse(Buffer.from(payload).toString('utf8'));
            const told = numbersMessageSchema.safeParse(message).data;
            const numbers = { first: 1, last: Number.MAX_SAFE_INTEGER };
            onMessage(told ? Buffer.from(JSON.stringify({ ...told, numbers })) : payload);
          }),
      };
    },
  }),
};

const oldPolicyKept: Plant = {
  name: 'policy-goes-back',
  bug: 'after a restart an agent begins with the first policy that it ever had',
  disk: (disk) => {
    const first = new Map<string, Uint8Array>();
    return {
      ...disk,
      replace: async (name, data) => {
        const isPolicy = name.startsWith('policy/');
        if (isPolicy && !(await disk.read(`first/${name}`))) await disk.replace(`first/${name}`, data);
        if (isPolicy) first.set(name, data);
        return disk.replace(name, data);
      },
      read: async (name) => {
        const old =
          name.startsWith('policy/') && !first.has(name) ? await disk.read(`first/${name}`) : undefined;
        return old ?? disk.read(name);
      },
    };
  },
};

const zeroIsUnlimited: Plant = {
  name: 'zero-is-unlimited',
  bug: 'a limit of 0 is written as no limit',
  scheduler: (scheduler) => ({
    ...scheduler,
    apply: async (changes) => {
      const given = changes.map((change) =>
        change.kind === 'set-limit' && change.limitMinutes === 0
          ? { ...change, limitMinutes: 100_000_000 }
          : change,
      );
      const results = await scheduler.apply(given);
      return results.map((result, index) => ({ ...result, change: changes[index] ?? result.change }));
    },
  }),
};

const runningCounted: Plant = {
  name: 'running-jobs-granted-twice',
  bug: 'what running jobs made of the counter is taken for runs that ended',
  scheduler: (scheduler) => ({
    ...scheduler,
    readCounters: async (accounts) => {
      const counters = await scheduler.readCounters(accounts);
      return new Map(
        [...counters].map(([account, { counterSeconds }]) => [
          account,
          { counterSeconds, runningSeconds: 0 },
        ]),
      );
    },
  }),
};

/** Bugs of the agent. */
export const agentPlants: readonly Plant[] = [
  watermarkFirst,
  droppedOnPuback,
  ownNumbers,
  oldPolicyKept,
  zeroIsUnlimited,
  runningCounted,
];
