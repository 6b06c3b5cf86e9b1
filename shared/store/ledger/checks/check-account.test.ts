import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { keyItem, toItem } from '../../table/items.ts';
import { balanceKey, userDayKey } from '../ledger-keys.ts';
import { postCharges } from '../ledger-writer.ts';
import { startMemoryTables, type MemoryTables } from '../../testing/memory-tables.ts';
import { testSources } from '../../testing/test-sources.ts';
import { charge, ZONE } from '../../testing/usage-records.ts';
import type { Finding } from './finding.ts';
import { newPass, passStateSchema, type PassState } from './pass-state.ts';
import { verifyStep } from './verify-ledger.ts';

const DAY = 86_400;
const noon = Date.UTC(2026, 10, 24, 11) / 1000;
let tables: MemoryTables;
let sources: ReturnType<typeof testSources>;

beforeEach(async () => {
  tables = await startMemoryTables();
  sources = testSources(3, '2026-11-24T20:00:00Z');
  await post(1, -4);
  await post(2, 0);
});
afterEach(() => tables.close());

/** A run that ended so many days from today, each of another length. */
const post = (job: number, days: number) => {
  const end = noon + days * DAY;
  const run = charge({ jobIdRaw: job, submit: job, end, elapsed: 60 + job }, { epoch: 1, segment: job });
  return postCharges({ ledger: tables.ledger, sources }, [run]);
};

interface Meanwhile {
  mostRuns: number;
  pause(): Promise<void>;
  afterStep(state: PassState): Promise<void>;
}

const nothing = () => Promise.resolve();

async function verify({ pause = nothing, afterStep = nothing, ...bounds }: Partial<Meanwhile> = {}) {
  const findings: Finding[] = [];
  const report = (finding: Finding) => findings.push(finding);
  const options = { ledger: tables.ledger, zone: ZONE, now: sources.now, pause, report, ...bounds };
  let state = newPass(sources.now(), ZONE);
  while (!(await verifyStep(options, state))) {
    state = passStateSchema.parse(JSON.parse(JSON.stringify(state)));
    await afterStep(state);
  }
  return findings.map(({ type, kind }) => `${type} ${kind}`);
}

/** A row of four days ago for each way through the days, up to so many, once that day is added up. */
function lateRows(most: number): Pick<Meanwhile, 'afterStep'> {
  let posted = 0;
  const afterStep = async ({ walk }: PassState) => {
    const isPast = walk !== null && walk.next > '2026-11-20' && walk.earlier?.length === posted;
    if (!isPast || posted === most) return;
    posted += 1;
    await post(100 + posted, -4);
  };
  return { afterStep };
}

const takeFromBalance = () => takeFrom(balanceKey(3, 'chem', 0));
const takeFromDay = () =>
  takeFrom(userDayKey({ cluster: 3, account: 'chem', user: 'alice', day: '2026-11-22' }, 0));

const takeFrom = (key: ReturnType<typeof balanceKey>) =>
  tables.ledger.client.send(
    new UpdateItemCommand({
      TableName: tables.ledger.table,
      Key: keyItem(key),
      UpdateExpression: 'ADD seconds :less',
      ExpressionAttributeValues: toItem({ ':less': -5 }),
    }),
  );

describe('an account that holds', () => {
  it('is found to where a cluster’s clock is days ahead, and goes on after the scan', async () => {
    await post(10, 5);
    await post(11, 40);
    let isPosted = false;
    const afterStep = async ({ phase }: PassState) => {
      if (phase !== 'accounts' || isPosted) return;
      isPosted = true;
      await post(12, 41);
    };
    expect(await verify({ afterStep })).toEqual([]);
  });

  it('is not accused where a row comes late on each way through its days', async () => {
    expect(await verify(lateRows(9))).toEqual(['moving balance', 'moving start-day']);
  });
});

describe('an account that does not', () => {
  beforeEach(takeFromBalance);

  it('is found although runs are posted between any two looks', async () => {
    let job = 10;
    expect(await verify({ pause: () => post((job += 1), 0) })).toEqual(['difference balance']);
  });

  it('is found although a row came late on the first way through its days', async () => {
    expect(await verify(lateRows(1))).toEqual(['difference balance']);
  });

  it('is found with a person’s day that is old when it is found, after a night between two ways', async () => {
    await post(3, -2);
    await takeFromDay();
    let isNight = false;
    const afterStep = async ({ walk }: PassState) => {
      if (isNight || !walk?.again) return;
      isNight = true;
      sources.clock.now = new Date(sources.clock.now.getTime() + DAY * 1000);
    };
    expect((await verify({ afterStep })).sort()).toEqual(['difference balance', 'difference user-day']);
    expect(isNight).toBe(true);
  });

  it('is found in steps of a bounded number of runs, and one look each', async () => {
    await post(3, -5);
    let pauses = 0;
    const steps: { next: string | undefined; pauses: number }[] = [];
    const found = await verify({
      mostRuns: 1,
      pause: () => Promise.resolve(void (pauses += 1)),
      afterStep: ({ walk }) => {
        steps.push({ next: walk?.next, pauses });
        pauses = 0;
        return Promise.resolve();
      },
    });
    expect(found).toEqual(['difference balance']);
    expect(steps.map(({ next }) => next)).toEqual(expect.arrayContaining(['2026-11-20', '2026-11-21']));
    expect(Math.max(...steps.map((step) => step.pauses))).toBe(1);
  });
});
