import { describe, expect, it } from '@jest/globals';
import type { UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import fc from 'fast-check';
import { NOON, runOf } from '../testing/builders.ts';
import { Crash, MemoryDisk } from '../testing/memory-disk.ts';
import { BEFORE_SESSIONS } from '../testing/session-numbers-double.ts';
import { keyOf } from './known-runs.ts';
import { Spool } from './spool.ts';

/** What happens to a spool, one after another. */
type Step =
  | { kind: 'rows'; ids: number[]; elapsed: number }
  | { kind: 'read' }
  | { kind: 'store'; share: number }
  | { kind: 'tidy'; days: number }
  | { kind: 'snapshot' }
  | { kind: 'set-back' }
  | { kind: 'crash'; writes: number; tear: number };

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: rowsStep() },
    { weight: 4, arbitrary: fc.constant<Step>({ kind: 'read' }) },
    {
      weight: 2,
      arbitrary: fc.double({ min: 0, max: 1, noNaN: true }).map((share): Step => ({ kind: 'store', share })),
    },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 9 }).map((days): Step => ({ kind: 'tidy', days })) },
    { weight: 2, arbitrary: crashStep() },
    { weight: 1, arbitrary: fc.constantFrom<Step>({ kind: 'snapshot' }, { kind: 'set-back' }) },
  ),
  { minLength: 1, maxLength: 30 },
);

function rowsStep(): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constant('rows' as const),
    ids: fc.uniqueArray(fc.integer({ min: 1, max: 120 }), { minLength: 1, maxLength: 100 }),
    elapsed: fc.integer({ min: 1, max: 50 }),
  });
}

function crashStep(): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constant('crash' as const),
    writes: fc.integer({ min: 0, max: 4 }),
    tear: fc.double({ min: 0, max: 1, noNaN: true }),
  });
}

/** A scheduler, a ledger and an agent that reads from the one and sends to the other. */
class World {
  readonly disk = new MemoryDisk();
  readonly rows = new Map<string, UsageRecord>();
  readonly ledger = new Map<string, { row: unknown; segment: number }>();
  /** What was to be seen at each read. */
  readonly reads: Map<string, UsageRecord>[] = [];
  now = NOON;
  spool: Spool | undefined;
  #setBack = this.disk.snapshot();
  #sessions = 0;
  /** What was sent under each number. */
  readonly #sent = new Map<number, string>();

  async open(): Promise<Spool> {
    const now = (): number => this.now;
    this.now += 60;
    const small = { journalFileBytes: 4_000, pendingRuns: 60 };
    const options = {
      disk: this.disk,
      zone: 'Europe/Berlin',
      epoch: 1,
      now,
      ...small,
    };
    this.spool = (await Spool.open(options)).spool;
    return this.spool;
  }

  async run(step: Step): Promise<void> {
    const spool = this.spool ?? (await this.open());
    if (step.kind === 'rows') this.#addRows(step.ids, step.elapsed);
    if (step.kind === 'read') await this.#read(spool);
    if (step.kind === 'store') await this.#store(spool, step.share);
    if (step.kind === 'tidy') await this.#tidy(spool, step.days);
    if (step.kind === 'snapshot') this.#setBack = this.disk.snapshot();
    if (step.kind === 'set-back') {
      this.#setBack();
      await this.open();
    }
    if (step.kind === 'crash') this.#armCrash(step.writes, step.tear);
  }

  /** The machine comes up again; all that was read up to the watermark must be known. */
  async recover(): Promise<void> {
    this.disk.restart();
    const spool = await this.open();
    const seen = this.reads[spool.position.watermark ?? -1] ?? new Map<string, UsageRecord>();
    const unchanged = [...seen].filter(([key, row]) => this.rows.get(key) === row).map(([, row]) => row);
    expect(await spool.accept(unchanged)).toEqual([]);
  }

  async settle(): Promise<void> {
    this.disk.writesLeft = Infinity;
    const spool = this.spool ?? (await this.open());
    await this.#read(spool);
    await this.#store(spool, 1);
  }

  #addRows(ids: number[], elapsed: number): void {
    for (const id of ids) {
      const row = { ...runOf(id, { account: id % 2 ? 'bio' : 'chem' }), elapsed };
      this.rows.set(keyOf(row), row);
    }
  }

  async #read(spool: Spool): Promise<void> {
    this.reads.push(new Map(this.rows));
    await spool.accept([...this.rows.values()], spool.position.again);
    await spool.move(() => ({ watermark: this.reads.length - 1, rescanned: null }));
  }

  async #store(spool: Spool, share: number): Promise<void> {
    // Each time is a session of its own, with few numbers.
    this.#sessions += 1;
    const first = BEFORE_SESSIONS + this.#sessions * 1_000;
    const former = this.#sessions === 1 ? 0 : first - 1_000;
    await spool.beginSession({ first, last: first + 2 + (this.#sessions % 30) }, former);
    if (spool.position.again) await this.#read(spool);
    const waiting = [...spool.waiting].filter((segment) => !spool.isProvisional(segment));
    const sent = waiting.slice(0, Math.ceil(waiting.length * share));
    for (const segment of sent) {
      const message = await spool.message(segment);
      const keys = (message?.records ?? []).map((record) => this.#take(record, segment));
      const text = JSON.stringify(message);
      expect(this.#sent.get(segment) ?? text).toBe(text);
      this.#sent.set(segment, text);
      expect(new Set(keys).size).toBe(keys.length);
      expect(keys.length).toBeGreaterThan(0);
      expect(keys.length).toBeLessThanOrEqual(84);
    }
    await spool.markStored(sent);
    if (this.now % 2 === 0) spool.endSession();
  }

  #take(row: unknown, segment: number): string {
    const known = [...this.rows.values()].find(({ jobIdRaw }) => hasId(row, jobIdRaw));
    if (!known) throw new Error('a record that no scheduler gave');
    const key = keyOf(known);
    const standing = this.ledger.get(key);
    if (!standing || standing.segment < segment) this.ledger.set(key, { row, segment });
    return key;
  }

  async #tidy(spool: Spool, days: number): Promise<void> {
    this.now += days * 86_400;
    const mark = { epoch: 1, segment: 0 };
    await spool.tidy(
      new Map([
        ['chem', mark],
        ['bio', mark],
      ]),
    );
  }

  #armCrash(writes: number, tear: number): void {
    this.disk.writesLeft = writes;
    this.disk.tear = tear;
  }
}

const hasId = (row: unknown, id: number): boolean =>
  typeof row === 'object' && row !== null && 'jobIdRaw' in row && row.jobIdRaw === id;

describe('a spool that crashes within any write, and on a disk that is set back', () => {
  it('loses no row, sends none twice in a segment, and counts each account as the scheduler does', async () => {
    await fc.assert(
      fc.asyncProperty(steps, async (list) => {
        const world = new World();
        for (const step of [...list, undefined]) {
          try {
            await (step ? world.run(step) : world.settle());
          } catch (error) {
            if (!(error instanceof Crash)) throw error;
            await world.recover();
          }
        }
        await world.recover();
        await world.settle();
        const rows = Object.fromEntries(world.rows);
        expect(Object.fromEntries([...world.ledger].map(([key, { row }]) => [key, row]))).toEqual(rows);
        for (const account of ['chem', 'bio']) {
          const own = world.spool?.ownRunsSince(account, { epoch: 1, segment: 0 }) ?? [];
          const total = Object.values(rows)
            .filter((row) => row.account === account)
            .reduce((sum, row) => sum + billableSeconds(row), 0);
          expect(own.reduce((sum, { seconds }) => sum + seconds, 0)).toBe(total);
        }
      }),
      { numRuns: 200 },
    );
  }, 120_000);
});
