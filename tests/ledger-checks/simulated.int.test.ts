import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { schedulerRowsLineSchema } from '@keystone/shared/contracts/scheduler-rows.ts';
import { usageRecordSchema, type UsageRecord } from '@keystone/shared/contracts/usage.ts';
import { dayOf } from '@keystone/shared/domain/calendar.ts';
import { balanceKey, chargeKey } from '@keystone/shared/store/ledger/ledger-keys.ts';
import { awardTime, chargesOf } from '../support/centre.ts';
import { Child } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { ACCOUNT, CLUSTER, startSimulatedSite, type SimulatedSite } from '../support/simulated-site.ts';
import { ledgerOf, plant } from './ledger-connection.ts';
import { runCommand, type Ran } from './run-command.ts';

const zone = 'Europe/London';

describe('the checks of the ledger, on a simulated cluster', () => {
  let site: SimulatedSite;
  const today = () => dayOf(Date.now() / 1000, zone);
  let from: string;

  beforeAll(async () => {
    from = today();
    site = await startSimulatedSite(7);
    const { staff, team, cluster } = site;
    await awardTime(staff, team, cluster, 50);
    await eventually(async () => (await chargesOf(staff, cluster, ACCOUNT)).length >= 20, {
      what: 'twenty charges',
    });
  }, 300_000);

  afterAll(() => site?.close(), 60_000);

  const verify = (...args: string[]) => runCommand('ledger-verify', ['--state', site.stack.state, ...args]);
  /** Rows show a few seconds after a run's end, so what ended right before is left out. */
  const reconcile = (rows: readonly string[], grace = '15'): Promise<Ran> =>
    runCommand('ledger-reconcile', [
      ...['--state', site.stack.state, '--cluster', CLUSTER, '--from', from, '--to', today()],
      ...['--grace', grace, ...rows],
    ]);
  const kindsOf = ({ findings }: Ran) => [
    ...new Set(findings.filter(({ type }) => type === 'difference').map(({ kind }) => kind)),
  ];

  it('accuse nothing while jobs end and are charged', async () => {
    const verified = await verify();
    expect(verified).toMatchObject({ code: 0, summary: { holds: true, complete: true, differences: 0 } });
    const reconciled = await reconcile(['--agent-state-dir', site.agent.state], '30');
    expect(reconciled).toMatchObject({ code: 0, summary: { equal: true, differences: 0 } });
  }, 120_000);

  /** The oldest first. */
  let rows: UsageRecord[];

  /** @returns what the agent prints of its scheduler's rows, once a few of them are older than what is left out */
  const printRows = async (): Promise<string> => {
    const printed = new Child('agent/bin/keystone-agent.ts', [
      ...['rows', '--state-dir', site.agent.state, '--from', from, '--to', today()],
    ]);
    expect(await printed.ended()).toBe(0);
    const lines = printed.said
      .trim()
      .split('\n')
      .map((line) => schedulerRowsLineSchema.parse(JSON.parse(line)));
    rows = lines
      .flatMap((line) => (line.line === 'row' ? [usageRecordSchema.parse(line.record)] : []))
      .sort((one, other) => one.end - other.end);
    const read = lines.flatMap((line) => (line.line === 'rows' ? [Date.parse(line.at) / 1000] : []))[0] ?? 0;
    if (!rows[2] || rows[2].end > read - 20) throw new Error(`the third row ended at ${rows[2]?.end}`);
    return printed.said;
  };

  it('find both sides equal to the second when all is at rest', async () => {
    // No job starts any more, and what ran is charged.
    await site.agent.stop();
    const said = await eventually(printRows, { what: 'rows that are old enough', withinMs: 60_000 });
    expect(rows.length).toBeGreaterThan(20);
    writeFileSync(join(site.folder, 'rows.jsonl'), said);
    // The agent's last words may still be on their way to it, or to the ledger.
    site.agent.start();
    const equal = await eventually(
      async () => {
        const ran = await reconcile(['--rows', join(site.folder, 'rows.jsonl')]);
        if (ran.code !== 0) throw new Error(ran.said.slice(-1_000));
        return ran;
      },
      { what: 'all rows in the ledger', withinMs: 120_000 },
    );
    expect(equal.summary).toMatchObject({ equal: true, rows: rows.length });
    await site.agent.stop();
    expect(await verify()).toMatchObject({ code: 0, summary: { holds: true, moving: 0 } });
  }, 180_000);

  it('find planted faults, and name them', async () => {
    const ledger = ledgerOf(site.stack.state);
    const { cluster } = site;
    const [first, second, third] = rows;
    if (!first || !second || !third) throw new Error('there are too few rows');
    const charge = (row: UsageRecord) => chargeKey({ cluster, ...row });
    const faults: [string, () => Promise<() => Promise<unknown>>, string[], string[]][] = [
      ['a balance', () => plant(ledger, balanceKey(cluster, ACCOUNT, 0), { seconds: 1 }), ['balance'], []],
      [
        'a charge that is gone',
        () => plant(ledger, charge(first), 'gone'),
        ['balance', 'user-day', 'start-day'],
        ['not-in-ledger'],
      ],
      ['an amount', () => plant(ledger, charge(second), { seconds: 1 }), ['charge'], ['other-amount']],
      ['a person', () => plant(ledger, charge(third), { user: 'mallory' }), ['charge'], ['other-user']],
    ];
    for (const [name, put, verified, reconciled] of faults) {
      const putBack = await put();
      const byVerify = await verify();
      const byReconcile = await reconcile(['--rows', join(site.folder, 'rows.jsonl')]);
      await putBack();
      expect([name, byVerify.code, kindsOf(byVerify)]).toEqual([name, 1, expect.arrayContaining(verified)]);
      expect([name, byReconcile.code, kindsOf(byReconcile)]).toEqual([
        name,
        reconciled.length === 0 ? 0 : 1,
        reconciled,
      ]);
    }
    expect((await verify()).code).toBe(0);
    ledger.client.destroy();
  }, 300_000);

  it('name a run that the scheduler does not have', async () => {
    const text = readFileSync(join(site.folder, 'rows.jsonl'), 'utf8');
    const lines = text.trim().split('\n');
    const oldest = `"jobIdRaw":${rows[0]?.jobIdRaw},`;
    const place = lines.findIndex((line) => line.includes('"line":"row"') && line.includes(oldest));
    const fewer = lines
      .filter((_, at) => at !== place)
      .map((line) =>
        line.replace(`"line":"end","rows":${rows.length}`, `"line":"end","rows":${rows.length - 1}`),
      );
    writeFileSync(join(site.folder, 'fewer.jsonl'), `${fewer.join('\n')}\n`);
    const ran = await reconcile(['--rows', join(site.folder, 'fewer.jsonl')]);
    expect([ran.code, kindsOf(ran)]).toEqual([1, ['not-in-scheduler']]);
  }, 60_000);

  it('refuse rows that are cut short', async () => {
    const text = readFileSync(join(site.folder, 'rows.jsonl'), 'utf8');
    writeFileSync(join(site.folder, 'short.jsonl'), `${text.trim().split('\n').slice(0, -1).join('\n')}\n`);
    const ran = await reconcile(['--rows', join(site.folder, 'short.jsonl')]);
    expect(ran.code).toBe(2);
    expect(ran.said).toContain('the rows end before their last line');
  }, 60_000);

  it('go on where a pass was stopped', async () => {
    const state = join(site.folder, 'pass.json');
    const stopped = await verify('--resume', state, '--max-seconds', '0.001');
    expect(stopped).toMatchObject({ code: 2, summary: { complete: false } });
    expect(readFileSync(state, 'utf8')).toContain('"phase"');
    expect(await verify('--resume', state)).toMatchObject({ code: 0, summary: { complete: true } });
    expect(() => readFileSync(state)).toThrow(/ENOENT/);
  }, 60_000);
});
