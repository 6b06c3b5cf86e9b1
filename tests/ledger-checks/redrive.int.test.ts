import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetQueueUrlCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startStack, type Stack } from '@keystone/local/stack/stack.ts';
import { readBalances } from '@keystone/shared/store/ledger/balance-reader.ts';
import { quarantine, readQuarantine } from '@keystone/shared/store/ledger/quarantine.ts';
import { usageRecord } from '@keystone/shared/store/testing/usage-records.ts';
import { root } from '../support/child.ts';
import { eventually } from '../support/eventually.ts';
import { runCommand } from './run-command.ts';

describe('what failed is handed on again', () => {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-redrive-'));
  let stack: Stack;
  let sqs: SQSClient;
  const ledger = () => ({ client: stack.services.dynamodb, table: 'keystone-local-ledger' });
  const run = (name: 'quarantine' | 'dead-letters', ...args: string[]) =>
    runCommand(name, [...args, '--state', folder]);

  beforeAll(async () => {
    stack = await startStack({ state: folder, port: 0, site: false, buildCache: join(root, '.keystone') });
    sqs = stack.services.sqsFor('LOCALADMIN');
  }, 120_000);
  afterAll(async () => {
    sqs?.destroy();
    await stack?.close();
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('dead letters: once, however often they are redriven', async () => {
    const { QueueUrl } = await sqs.send(
      new GetQueueUrlCommand({ QueueName: 'keystone-local-usage-dead-letters' }),
    );
    await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: 'no envelope' }));
    const listed = await run('dead-letters', 'list', 'usage');
    expect([listed.code, listed.findings]).toEqual([1, [{ queue: 'usage', messages: 1 }]]);
    const first = await run('dead-letters', 'redrive');
    expect([first.code, first.findings[1]]).toEqual([0, { queue: 'usage', messages: 1, moved: 1 }]);
    // The worker reads it again, and puts aside what is no message of an agent.
    await eventually(async () => (await readQuarantine(ledger(), 0)).length === 1, {
      what: 'the message in quarantine',
    });
    const second = await run('dead-letters', 'redrive', 'usage');
    expect([second.code, second.findings]).toEqual([0, [{ queue: 'usage', messages: 0, moved: 0 }]]);
  }, 120_000);

  it('quarantine: charged once, however often it is redriven', async () => {
    const entry = {
      epoch: 1,
      segment: 2,
      detail: 'billing',
      thing: 'keystone-local-1',
      at: '2026-11-24T12:00:00Z',
    };
    await quarantine(ledger(), {
      ...{ ...entry, cluster: 1, reason: 'unbillable' as const },
      raw: JSON.stringify(usageRecord()),
    });
    expect((await run('quarantine', 'list', '--cluster', '1')).code).toBe(1);
    const first = await run('quarantine', 'redrive', '--cluster', '1');
    expect([first.code, first.findings]).toEqual([0, [expect.objectContaining({ charged: 1 })]]);
    const second = await run('quarantine', 'redrive', '--cluster', '1');
    expect([second.code, second.findings]).toEqual([0, []]);
    expect(await readBalances(ledger(), [{ cluster: 1, account: 'chem' }])).toMatchObject([{ jobs: 1 }]);
    const verified = await runCommand('ledger-verify', ['--state', folder]);
    expect(verified).toMatchObject({ code: 0, summary: { holds: true, charges: 1 } });
  }, 120_000);

  it('nothing where it was not said which', async () => {
    expect((await run('quarantine', 'redrive')).code).toBe(2);
    expect((await run('dead-letters', 'redrive', 'no-such-queue')).code).toBe(2);
  }, 60_000);
});
