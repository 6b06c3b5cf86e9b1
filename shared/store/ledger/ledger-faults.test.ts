import { ThrottlingException } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isNewer } from '../../domain/charges.ts';
import { readBalances } from './balance-reader.ts';
import { checkLedger } from './ledger-invariants.ts';
import type { Charge } from './ledger-records.ts';
import { postCharges } from './ledger-writer.ts';
import { withLostAnswers, type Answer } from '../testing/lost-answers.ts';
import type { LedgerTable } from '../table/tables.ts';
import { startMemoryTables, type MemoryTables } from '../testing/memory-tables.ts';
import { testSources } from '../testing/test-sources.ts';
import { charge } from '../testing/usage-records.ts';

let tables: MemoryTables;
beforeAll(async () => {
  tables = await startMemoryTables(testSources(7).random);
});
afterAll(() => tables.close());

/** A word of the agent's: a run as it was seen in a segment. */
const word = fc.record({
  job: fc.integer({ min: 0, max: 5 }),
  account: fc.constantFrom('chem', 'chem', 'physics'),
  user: fc.constantFrom('alice', 'alice', 'bob'),
  hours: fc.integer({ min: 0, max: 2 }),
  segment: fc.integer({ min: 1, max: 6 }),
  epoch: fc.integer({ min: 1, max: 2 }),
});
/** Which words a worker gets, in batches; the same word may come to several and several times. */
const index = fc.noBias(fc.integer({ min: 0, max: 29 }));
const deliveries = fc.array(fc.array(index, { minLength: 1, maxLength: 12, size: 'max' }), {
  minLength: 1,
  maxLength: 6,
  size: 'max',
});
const schedule = fc.record({
  words: fc.uniqueArray(word, {
    minLength: 1,
    maxLength: 30,
    size: 'max',
    selector: ({ job, epoch, segment }) => `${job} ${epoch} ${segment}`,
  }),
  workers: fc.array(deliveries, { minLength: 1, maxLength: 4, size: 'max' }),
  answers: fc.array(fc.constantFrom<Answer>('given', 'given', 'lost-after-commit', 'lost-before-commit'), {
    minLength: 1,
    maxLength: 40,
  }),
  conflicts: fc.constantFrom(0, 0, 0.02, 0.05),
  shards: fc.constantFrom(1, 4),
  actions: fc.constantFrom(8, 20, 100),
});

let cluster = 0;

describe('two workers at once', () => {
  it.each([
    ['the newer word is written first', 2, 3],
    ['the older word is written first', 3, 2],
  ])('leave the newer word and its amount where %s', async (_, slow, fast) => {
    cluster += 1;
    const seen = (segment: number) =>
      charge({ jobIdRaw: 1, elapsed: segment * 100 }, { epoch: 1, segment }, cluster);
    const sources = testSources();
    const post = (client: LedgerTable['client'], segment: number) =>
      postCharges({ ledger: { ...tables.ledger, client }, sources }, [seen(segment)]);
    await post(tables.ledger.client, 1);
    // The slow worker has read what stands when the fast one writes.
    const client = withLostAnswers(tables.ledger.client, async (): Promise<Answer> => {
      await post(tables.ledger.client, fast);
      return 'given';
    });
    await post(client, slow);
    client.destroy();
    const [balance] = await readBalances(tables.ledger, [{ cluster, account: 'chem' }]);
    expect(balance).toMatchObject({ runs: 1200, jobs: 1 });
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  });
});

describe('a worker that is stopped between transactions', () => {
  it.each([0, 1, 2, 3])('finds what stands when the messages come again: after %i', async (stop) => {
    cluster += 1;
    const charges = Array.from({ length: 20 }, (_, jobIdRaw) => charge({ jobIdRaw }, undefined, cluster));
    const post = (client: LedgerTable['client']) =>
      postCharges(
        { ledger: { ...tables.ledger, client }, sources: testSources(), limits: { actions: 9 } },
        charges,
      );
    let sent = 0;
    const client = withLostAnswers(tables.ledger.client, (): Answer => {
      if (sent++ >= stop) throw new ThrottlingException({ message: 'slow down', $metadata: {} });
      return 'given';
    });
    await expect(post(client)).rejects.toThrow('slow down');
    client.destroy();
    const accounts = [{ cluster, account: 'chem' }];
    expect(await readBalances(tables.ledger, accounts)).toMatchObject([{ jobs: stop * 5 }]);
    await post(tables.ledger.client);
    expect(await readBalances(tables.ledger, accounts)).toMatchObject([{ jobs: 20 }]);
    expect((await checkLedger(tables.ledger)).violations).toEqual([]);
  });
});

describe('the ledger under duplicates, disorder, conflicts and lost answers', () => {
  it('holds the newest word of each run once, and sums that agree', async () => {
    await fc.assert(
      fc.asyncProperty(
        schedule,
        fc.nat(),
        async ({ words, workers, answers, conflicts, shards, actions }, seed) => {
          cluster += 1;
          const charges = words.map(({ job, account, user, hours, epoch, segment }) =>
            charge(
              { jobIdRaw: job, account, user, elapsed: hours * 3600, submit: job },
              { epoch, segment },
              cluster,
            ),
          );
          let asked = 0;
          const client = withLostAnswers(tables.ledger.client, () => answers[asked++] ?? 'given');
          const options = (random: number) => ({
            ledger: { client, table: tables.ledger.table, shards },
            sources: testSources(random),
            limits: { actions },
          });
          tables.conflictRate = conflicts;
          const pick = (at: number) => charges.slice(at % charges.length, (at % charges.length) + 1);
          await Promise.all(
            workers.map(async (batches, index) => {
              for (const batch of batches)
                await retried(() => postCharges(options(seed + index), batch.flatMap(pick)));
            }),
          );
          // Whatever came already, everything comes at least once.
          tables.conflictRate = 0;
          for (const late of charges) await retried(() => postCharges(options(seed), [late]));
          client.destroy();
          await expectLedger(charges, shards);
        },
      ),
      { numRuns: 60 },
    );
    const report = await checkLedger(tables.ledger);
    expect(report.violations).toEqual([]);
    expect(report.charges).toBeGreaterThan(60);
    expect(report.revisions).toBeGreaterThan(0);
  }, 120_000);
});

/** A queue delivers again what failed. */
async function retried(work: () => Promise<void>): Promise<void> {
  for (let delivery = 0; delivery < 50; delivery++) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof Error && /took none of/.test(error.message))) throw error;
    }
  }
  throw new Error('still failing after 50 deliveries');
}

async function expectLedger(charges: readonly Charge[], shards: number): Promise<void> {
  const newest = new Map<number, Charge>();
  for (const candidate of charges) {
    const known = newest.get(candidate.record.jobIdRaw);
    if (!known || isNewer(candidate, known)) newest.set(candidate.record.jobIdRaw, candidate);
  }
  const accounts = ['chem', 'physics'].map((account) => ({ cluster, account }));
  const balances = await readBalances({ ...tables.ledger, shards }, accounts);
  for (const { account, runs, jobs } of balances) {
    const own = [...newest.values()].filter((entry) => entry.account === account);
    expect({ account, runs, jobs }).toEqual({
      account,
      runs: own.reduce((sum, { seconds }) => sum + seconds, 0),
      jobs: own.length,
    });
  }
}
