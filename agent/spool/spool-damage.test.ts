import { beforeEach, describe, expect, it } from '@jest/globals';
import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import fc from 'fast-check';
import { gzipSync } from 'node:zlib';
import { NOON, runOf } from '../testing/builders.ts';
import { MemoryDisk } from '../testing/memory-disk.ts';
import { Spool } from './spool.ts';

const DAY = 86_400;
const CHECKPOINT = 'spool/checkpoint.gz';
const NOTHING = { epoch: 1, segment: 0 };

/** Runs of three days of submission, in two accounts. */
const rowOf = (id: number, elapsed: number): UsageRecord =>
  runOf(id, { elapsed, submit: NOON - DAY * (id % 3), account: id % 2 ? 'bio' : 'chem' });

class World {
  readonly disk = new MemoryDisk();
  readonly ledger = new Map<number, { segment: number; record: unknown }>();
  now = NOON;

  async open() {
    const small = { journalFileBytes: 2_000, pendingRuns: 8 };
    return Spool.open({ disk: this.disk, zone: 'Europe/Berlin', epoch: 1, now: () => this.now, ...small });
  }

  async send(spool: Spool, most = Infinity): Promise<number[]> {
    const segments = [...spool.waiting].slice(0, most);
    for (const segment of segments)
      for (const record of (await spool.message(segment))?.records ?? [])
        if (typeof record === 'object' && record !== null && 'jobIdRaw' in record)
          this.#charge(Number(record.jobIdRaw), { segment, record });
    await spool.markStored(segments);
    return segments;
  }

  /** The later segment holds, in whatever order they come. */
  #charge(id: number, charge: { segment: number; record: unknown }): void {
    if ((this.ledger.get(id)?.segment ?? 0) <= charge.segment) this.ledger.set(id, charge);
  }

  /** Spools, sends, changes some rows, lets files go, and sends all but a few. */
  async live(): Promise<UsageRecord[]> {
    const { spool } = await this.open();
    for (let id = 1; id <= 30; id += 5)
      await spool.accept([0, 1, 2, 3, 4].map((more) => rowOf(id + more, 10)));
    await spool.move(() => ({ watermark: NOON, rescanned: NOON }));
    await this.send(spool);
    this.now += 8 * DAY;
    await spool.tidy(new Map(['bio', 'chem'].map((account) => [account, NOTHING])));
    const rows = Array.from({ length: 50 }, (_, at) => rowOf(at + 1, at % 4 === 0 ? 20 : 10));
    for (let at = 0; at < rows.length; at += 7) await spool.accept(rows.slice(at, at + 7));
    await this.send(spool, spool.waiting.size - 3);
    return rows;
  }
}

describe('a spool whose checkpoint is damaged or gone', () => {
  let world: World;
  let rows: UsageRecord[];
  beforeEach(async () => {
    world = new World();
    rows = await world.live();
  });

  it.each(['damaged', 'gone'])('is built anew from the rest: %s', async (what) => {
    const before = (await world.open()).spool;
    const expected = { waiting: [...before.waiting], storedThrough: before.storedThrough };
    if (what === 'damaged') world.disk.flipByte(CHECKPOINT, 40);
    else await world.disk.remove(CHECKPOINT);
    const { spool, repairs } = await world.open();
    expect(repairs.map(({ file }) => file)).toEqual(what === 'damaged' ? ['checkpoint.gz'] : []);
    expect(await spool.accept(rows)).toEqual([]);
    expect({ waiting: [...spool.waiting], storedThrough: spool.storedThrough }).toEqual(expected);
    await spool.accept([rowOf(99, 10)]);
    expect(spool.waiting).toContain(Math.max(...expected.waiting) + 1);
  });

  it('knows its place after a checkpoint was written once more', async () => {
    world.disk.flipByte(CHECKPOINT, 40);
    const { spool } = await world.open();
    for (let id = 100; id < 110; id += 1) await spool.accept([rowOf(id, 10)]);
    const again = await world.open();
    expect(again.repairs).toEqual([]);
    expect([...again.spool.waiting]).toEqual([...spool.waiting]);
    expect(await again.spool.accept(rows)).toEqual([]);
  });

  it('is left alone, with words on what to do, where a later version wrote it', async () => {
    await world.disk.replace(CHECKPOINT, gzipSync(JSON.stringify({ v: 9 })));
    await expect(world.open()).rejects.toThrow(/spool\/checkpoint\.gz .* another version .* move the folder/);
  });
});

describe('a spool with one damaged byte anywhere', () => {
  it('brings every row to the ledger all the same, once all is read again', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.nat(), async (file, byte) => {
        const world = new World();
        const rows = await world.live();
        const names = (await world.disk.list('spool')).map((name) => `spool/${name}`);
        const name = names[file % names.length] ?? '';
        const size = (await world.disk.read(name))?.length ?? 1;
        world.disk.flipByte(name, byte % size);
        const { spool } = await world.open();
        await spool.accept(rows);
        await world.send(spool);
        const charged = rows.map(({ jobIdRaw }) => world.ledger.get(jobIdRaw)?.record);
        expect(charged).toEqual(rows);
      }),
      { numRuns: 150 },
    );
  }, 60_000);
});
