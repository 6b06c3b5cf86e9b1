import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AgentState } from '../../../contracts/agent.ts';
import type { SegmentMark } from '../../../contracts/policy.ts';
import { putAgentAction, writeAgentState } from '../../agents/agent-records.ts';
import { reserveIds } from '../../unit-of-work/counters.ts';
import { toItem } from '../../table/items.ts';
import { postCharges } from '../ledger-writer.ts';
import { writePolicyHead } from '../../agents/policy-heads.ts';
import { quarantine } from '../quarantine.ts';
import { startMemoryTables, type MemoryTables } from '../../testing/memory-tables.ts';
import { testSources } from '../../testing/test-sources.ts';
import { transact } from '../../table/transact.ts';
import { charge, ZONE } from '../../testing/usage-records.ts';
import type { Finding } from './finding.ts';
import { newPass } from './pass-state.ts';
import { verifyStep } from './verify-ledger.ts';

const NOW = '2026-11-24T20:00:00Z';
const HOUR = 4 * 3600;
const cluster = 3;
let tables: MemoryTables;
let sources: ReturnType<typeof testSources>;

/** Five segments of a run of an hour on four units each. */
beforeEach(async () => {
  tables = await startMemoryTables();
  sources = testSources(5, NOW);
  await reserveIds(tables.control, 'cluster', cluster);
  for (const segment of [1, 2, 3, 4, 5])
    await postCharges({ ledger: tables.ledger, sources }, [
      charge({ jobIdRaw: segment, submit: segment }, { epoch: 1, segment }),
    ]);
  const agent = {
    cluster,
    thing: 'keystone-local-cluster-3',
    certificate: 'c',
    certificate_arn: 'arn',
    epoch: 1,
    enrolled: NOW,
    superseded: [],
  };
  await transact(tables.control.client, [putAgentAction(tables.control, agent, 0)], sources.ulid());
  await say(5);
});
afterEach(() => tables.close());

async function say(ackedThrough: number): Promise<void> {
  const state: AgentState = {
    v: 1,
    epoch: 1,
    at: NOW,
    agentVersion: '0.1.0',
    mode: 'enforce',
    scheduler: { kind: 'slurm', version: '22.05.8', cluster: 'lab' },
    applied: null,
    ackedThrough,
    spool: { segments: 0, bytes: 0 },
    problems: [],
  };
  await writeAgentState(tables.control, cluster, { seen: new Date(NOW), state });
}

async function policy(through: SegmentMark, runsTotal: number): Promise<void> {
  const account = { account: 'chem', locked: false, members: [], baseline: 0, credits: 0, grants: [] };
  const version = { epoch: 1, n: 1 };
  await writePolicyHead(
    tables.control,
    { v: 1, cluster, zone: ZONE, version, accounts: [{ ...account, runsTotal, through }] },
    undefined,
    sources.ulid(),
  );
}

/** @param meanwhile happens once the pass has read what agents say */
async function verify(
  meanwhile = () => Promise.resolve(),
): Promise<Pick<Finding, 'type' | 'name' | 'expected' | 'found'>[]> {
  const findings: Finding[] = [];
  const options = {
    ledger: tables.ledger,
    control: tables.control,
    zone: ZONE,
    now: sources.now,
    pause: () => Promise.resolve(),
    report: (finding: Finding) => findings.push(finding),
  };
  const state = newPass(sources.now(), ZONE);
  await verifyStep(options, state);
  await meanwhile();
  while (!(await verifyStep(options, state)));
  return findings.map(({ type, name, expected, found }) => ({ type, name, expected, found }));
}

describe('the marks of a cluster', () => {
  it('hold where figures stand at what was acknowledged', async () => {
    await policy({ epoch: 1, segment: 3 }, 3 * HOUR);
    expect(await verify()).toEqual([]);
  });

  it('hold before there is a policy', async () => {
    expect(await verify()).toEqual([]);
  });

  it('are found where figures claim a segment too many', async () => {
    await policy({ epoch: 1, segment: 4 }, 3 * HOUR);
    expect(await verify()).toEqual([
      {
        type: 'difference',
        name: 'figures 3 chem at 1/4',
        expected: { seconds: 4 * HOUR },
        found: { seconds: 3 * HOUR },
      },
    ]);
  });

  it('are found where they lie beyond what was acknowledged', async () => {
    await policy({ epoch: 1, segment: 7 }, 5 * HOUR);
    expect(await verify()).toEqual([
      { type: 'difference', name: 'mark 3 chem', expected: { mark: '1/5' }, found: { mark: '1/7' } },
    ]);
  });

  it('are noted where figures are too high: safe, and the next policy mends it', async () => {
    await policy({ epoch: 1, segment: 2 }, 3 * HOUR);
    expect(await verify()).toEqual([
      {
        type: 'note',
        name: 'figures 3 chem at 1/2',
        expected: { seconds: 2 * HOUR },
        found: { seconds: 3 * HOUR },
      },
    ]);
  });

  it.each([2, 4])('are found where the head was moved from 3 to %i', async (segment) => {
    await policy({ epoch: 1, segment: 3 }, 3 * HOUR);
    await tables.control.client.send(
      new UpdateItemCommand({
        TableName: tables.control.table,
        Key: toItem({ pk: 'CL#3#POLICY', sk: 'HEAD' }),
        UpdateExpression: 'SET highest.#segment = :segment',
        ExpressionAttributeNames: { '#segment': 'segment' },
        ExpressionAttributeValues: toItem({ ':segment': segment }),
      }),
    );
    expect(await verify()).toEqual([
      {
        type: 'difference',
        name: 'marks of the head of policy 3',
        expected: { lowest: '1/3', highest: '1/3' },
        found: { lowest: '1/3', highest: `1/${segment}` },
      },
    ]);
  });
});

describe('what was acknowledged', () => {
  const missing = {
    name: 'acknowledged 3 epoch 1',
    expected: { segment: 6 },
    found: { segment: 5 },
  };

  it('and left no trace, as after a restore, is found', async () => {
    await say(6);
    expect(await verify()).toEqual([{ type: 'difference', ...missing }]);
  });

  const setAside = (segment: number | null) =>
    quarantine(tables.ledger, {
      ...{ cluster, reason: 'record', detail: 'no number', thing: 'keystone-local-cluster-3', at: NOW },
      ...{ epoch: segment === null ? null : 1, segment, raw: '{}' },
    });

  it('and all of it was put aside, is there', async () => {
    await say(6);
    await setAside(6);
    expect(await verify()).toEqual([]);
  });

  it('is found although rows of another segment were put aside', async () => {
    await say(6);
    await setAside(2);
    expect(await verify()).toEqual([{ type: 'difference', ...missing }]);
  });

  it('is a note where something was put aside of which the segment is not known', async () => {
    await say(6);
    await setAside(null);
    expect(await verify()).toEqual([{ type: 'note', ...missing }]);
  });

  it('is a note where the agent is enrolled anew meanwhile and says its rows again', async () => {
    const post = (epoch: number, segment: number) =>
      postCharges({ ledger: tables.ledger, sources }, [
        charge({ jobIdRaw: 6, submit: 6, elapsed: 0 }, { epoch, segment }),
      ]);
    await post(1, 6);
    await say(6);
    expect(await verify(() => post(2, 1))).toEqual([{ type: 'note', ...missing }]);
  });
});
