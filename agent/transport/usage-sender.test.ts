import { beforeEach, describe, expect, it } from '@jest/globals';
import { gunzipSync } from 'node:zlib';
import * as z from 'zod';
import { createLog } from '../log/log.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { UsageSender } from './usage-sender.ts';

const messageSchema = z.object({ segment: z.int() });

describe('the usage sender', () => {
  let clock: VirtualClock;
  let waiting: Set<number>;
  /** Segments with rows that replace earlier ones. */
  let revising: Set<number>;
  let sent: number[];
  let unreadable: number[];
  let unnumbered: (segment: number) => boolean;
  let sender: UsageSender;

  beforeEach(() => {
    clock = new VirtualClock();
    waiting = new Set();
    revising = new Set();
    sent = [];
    unnumbered = () => false;
    unreadable = [];
    sender = new UsageSender({
      spool: {
        waiting,
        isRevision: (segment) => revising.has(segment),
        isProvisional: (segment) => unnumbered(segment),
        async message(segment) {
          if (segment === 13) throw new Error('damaged');
          return { v: 1, epoch: 1, segment, records: [{}] };
        },
      },
      clock,
      random: () => 0,
      log: createLog(
        () => undefined,
        () => 0,
      ),
      onUnreadable: (segment) => unreadable.push(segment),
    });
  });

  const publish = async (payload: Uint8Array): Promise<void> => {
    sent.push(messageSchema.parse(JSON.parse(gunzipSync(payload).toString('utf8'))).segment);
  };

  it('sends nothing that has no number of the session yet', async () => {
    unnumbered = (segment) => segment < 50;
    // Others have theirs already, and stand behind it.
    for (const segment of [3, 4, 51, 52]) waiting.add(segment);
    sender.connected(publish);
    await clock.advance(0);
    expect(sent).toEqual([51, 52]);
    unnumbered = () => false;
    sender.pump();
    await clock.advance(0);
    expect(sent).toEqual([51, 52, 3, 4]);
  });

  it('sends what waits, oldest first, and nothing twice within a minute', async () => {
    waiting.add(1).add(2);
    sender.connected(publish);
    sender.pump();
    await clock.advance(59_000);
    expect(sent).toEqual([1, 2]);
  });

  it('sends again what the ledger did not name, ever later', async () => {
    waiting.add(1).add(2);
    sender.connected(publish);
    await clock.advance(30_000);
    waiting.delete(2);
    await clock.advance(31_000);
    expect(sent).toEqual([1, 2, 1]);
    await clock.advance(118_000);
    expect(sent).toEqual([1, 2, 1]);
    await clock.advance(2_000);
    expect(sent).toEqual([1, 2, 1, 1]);
  });

  it('sends at once again after a new connect', async () => {
    waiting.add(1);
    sender.connected(publish);
    await clock.advance(1_000);
    sender.disconnected();
    sender.connected(publish);
    await clock.advance(0);
    expect(sent).toEqual([1, 1]);
  });

  it('has at most 100 segments on their way, and goes on as the ledger names them', async () => {
    for (let segment = 101; segment <= 350; segment += 1) waiting.add(segment);
    sender.connected(publish);
    await clock.advance(1_000);
    expect(sent.length).toBe(100);
    for (let segment = 101; segment <= 150; segment += 1) waiting.delete(segment);
    sender.pump();
    await clock.advance(1_000);
    expect(sent).toEqual(Array.from({ length: 150 }, (_, index) => 101 + index));
  });

  it('sends a row that replaces an earlier one only once everything before it is stored', async () => {
    waiting.add(1).add(2).add(3).add(4);
    revising.add(2).add(4);
    sender.connected(publish);
    await clock.advance(10_000);
    expect(sent).toEqual([1, 3]);
    waiting.delete(1);
    sender.pump();
    await clock.advance(1_000);
    expect(sent).toEqual([1, 3, 2]);
    waiting.delete(2);
    waiting.delete(3);
    sender.pump();
    await clock.advance(1_000);
    expect(sent).toEqual([1, 3, 2, 4]);
  });

  it('lets no segment that is never stored keep others back for ever', async () => {
    waiting.add(13).add(14);
    revising.add(14);
    sender.connected(publish);
    await clock.advance(20 * 60_000);
    expect(sent).toEqual([]);
    await clock.advance(40 * 60_000);
    expect(sent).toContain(14);
  });

  it('tells of a segment that can not be read, and sends the others', async () => {
    waiting.add(12).add(13).add(14);
    sender.connected(publish);
    await clock.advance(0);
    expect(sent).toEqual([12, 14]);
    expect(unreadable).toEqual([13]);
  });
});
