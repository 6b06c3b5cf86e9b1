import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { status } from '@keystone/agent/commands/status.ts';
import { openAgent } from '@keystone/agent/engine/agent.ts';
import { createLog } from '@keystone/agent/log/log.ts';
import { nodeDisk } from '@keystone/agent/state/node-disk.ts';
import { writeEnrolment } from '@keystone/agent/state/state-folder.ts';
import { config, runOf } from '@keystone/agent/testing/builders.ts';
import { FakeScheduler } from '@keystone/agent/testing/fake-scheduler.ts';
import { FakeTransport } from '@keystone/agent/testing/fake-transport.ts';
import { SessionNumbersDouble } from '@keystone/agent/testing/session-numbers-double.ts';
import { VirtualClock } from '@keystone/agent/testing/virtual-clock.ts';
import { agentStateSchema } from '@keystone/shared/contracts/agent.ts';
import { usageMessageSchema, usageRecordSchema } from '@keystone/shared/contracts/usage.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { WorkUnderWay } from './work-under-way.ts';

const MINUTE = 60_000;

describe('an agent whose disk is full', () => {
  let folder: string;
  let unmount: () => void = () => undefined;
  beforeAll(() => {
    ({ folder, unmount } = mountSmallDisk('2m'));
  });
  afterAll(() => unmount());

  const ballast = () => join(folder, 'ballast');
  /** Takes all the room there is. */
  async function fill(): Promise<void> {
    await using file = await open(ballast(), 'w');
    const writing = async (): Promise<never> => {
      for (;;) await file.write(Buffer.alloc(4096, 1));
    };
    await expect(writing()).rejects.toThrow('ENOSPC');
  }
  async function statusText(): Promise<string> {
    const lines: string[] = [];
    const take = (line: string) => void lines.push(line);
    await status.run(['--state-dir', folder], { out: take, error: take }, {});
    return lines.join('\n');
  }

  it('stops reading, says so here and in the cloud, and goes on with nothing lost', async () => {
    const work = new WorkUnderWay();
    const clock = new VirtualClock(undefined, () => work.rest());
    const scheduler = new FakeScheduler();
    const transport = new FakeTransport();
    new SessionNumbersDouble().serve(transport);
    await writeEnrolment(nodeDisk(folder), { config, certificate: '-', key: '-', brokerCa: '' });
    const agent = await openAgent({
      config,
      mode: 'enforce',
      version: '0.1.0',
      disk: work.watch(nodeDisk(folder)),
      clock,
      random: () => 0.5,
      scheduler,
      transport,
      log: createLog(
        () => undefined,
        () => clock.now(),
      ),
    });
    const problems = () =>
      agentStateSchema.parse(transport.on(config.topics.state).at(-1)).problems.map(({ code }) => code);
    const now = () => Math.floor(clock.now() / 1000);
    let jobs = 0;
    const addRows = (count: number) => {
      for (let row = 0; row < count; row += 1) scheduler.addRow(runOf((jobs += 1), { end: now() }));
    };
    agent.start();
    addRows(50);
    await clock.advance(2 * MINUTE);
    expect(problems()).toEqual([]);
    await fill();
    // More than what is left of the last page.
    addRows(500);
    await clock.advance(5 * MINUTE);
    expect(problems()).toContain('spool-unwritable');
    expect(await statusText()).toContain('disk-full: 0 kB are free');
    const reads = scheduler.calls.get('finishedRuns');
    addRows(100);
    await clock.advance(60 * MINUTE);
    expect(scheduler.calls.get('finishedRuns')).toBe(reads);
    await rm(ballast());
    await clock.advance(5 * MINUTE);
    expect(problems()).toEqual([]);
    const sent = transport.on(config.topics.usage).flatMap((message) => {
      const { segment, records } = usageMessageSchema.parse(message);
      return records.map((record) => ({ segment, id: usageRecordSchema.parse(record).jobIdRaw }));
    });
    const segments = new Map(sent.map(({ id, segment }) => [id, segment]));
    expect(segments.size).toBe(jobs);
    // Each is in one segment, however often that was sent.
    expect(new Set(sent.map(({ id, segment }) => `${id} ${segment}`)).size).toBe(jobs);
    const stopped = agent.stop();
    await clock.advance(MINUTE);
    await stopped;
  }, 60_000);
});
