import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { startDynamoDb } from '../start-dynamodb.ts';
import { adminClient, createTable } from '../test-store.ts';
import { numberOf, put, readIndex, table, transact } from './requests.ts';

const itemsEach = 20;
let path: string;
let server: ChildProcess | undefined;
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'keystone-dynamodb-'));
});
afterEach(async () => {
  await kill();
  await rm(path, { recursive: true });
});

async function start(): Promise<string> {
  const started = spawn(process.execPath, [join(import.meta.dirname, 'durability.server.ts'), path], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  server = started;
  const [line]: unknown[] = await once(started.stdout, 'data');
  return String(line).trim();
}

async function kill(): Promise<void> {
  if (!server || server.exitCode !== null || server.signalCode !== null) return;
  server.kill('SIGKILL');
  await once(server, 'exit');
}

const itemOf = (writer: number, n: number) => `w${String(writer)}-${String(n)}`;

it('keeps every acknowledged transaction whole, and no part of another, when it is killed under load', async () => {
  const client = adminClient(await start());
  await createTable(client, { name: table, indexes: { kind: { pk: 'gsi1pk', sk: 'gsi1sk' } } });
  const acknowledged: string[] = [];
  let killed: Promise<void> | undefined;
  const attempts = await Promise.allSettled(
    Array.from({ length: 8 }, async (_, writer) => {
      for (let n = 0; ; n += 1) {
        const names = Array.from({ length: itemsEach }, (_item, k) => `${itemOf(writer, n)}-${String(k)}`);
        await transact(
          client,
          names.map((name) => put(name, n)),
        );
        acknowledged.push(itemOf(writer, n));
        if (acknowledged.length >= 60) killed ??= kill();
      }
    }),
  );
  await killed;
  client.destroy();
  expect(attempts.every(({ status }) => status === 'rejected')).toBe(true);

  const again = adminClient(await start());
  const entries = Map.groupBy(await readIndex(again, 'all'), (name) => name.slice(0, name.lastIndexOf('-')));
  expect([...entries.keys()]).toEqual(expect.arrayContaining(acknowledged));
  for (const [transaction, names] of entries) {
    expect(names).toHaveLength(itemsEach);
    for (const name of names) expect(await numberOf(again, name)).toBe(transaction.split('-')[1]);
  }
  again.destroy();
}, 60_000);

it('knows the token of a transaction after it was killed', async () => {
  const client = adminClient(await start());
  await createTable(client, { name: table });
  await transact(client, [put('a', 1)], 'token');
  await kill();
  client.destroy();
  const again = adminClient(await start());
  await expect(transact(again, [put('a', 2)], 'token')).rejects.toMatchObject({
    name: 'IdempotentParameterMismatchException',
  });
  again.destroy();
}, 60_000);

it('says that its folder is open elsewhere', async () => {
  await start();
  await expect(startDynamoDb({ path })).rejects.toThrow(/another local stack/);
});
