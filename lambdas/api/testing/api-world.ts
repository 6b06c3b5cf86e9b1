import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { startMemoryTables, type MemoryTables } from '@keystone/shared/store/testing/memory-tables.ts';
import { testSources, type TestSources } from '@keystone/shared/store/testing/test-sources.ts';
import { mockClient } from 'aws-sdk-client-mock';
import type { MetricName } from '../../runtime/metrics.ts';
import { createFirstAdmin } from '../../tasks/create-first-admin.ts';
import { hashPassword } from '../authentication/password-hash.ts';
import { signIn } from '../authentication/sign-in.ts';
import type { ApiDependencies } from '../dependencies.ts';
import { routes } from '../endpoints.ts';
import { answerCall } from '../http/answer.ts';
import { httpHandler } from '../edge/http-handler.ts';
import { pausedClient } from './paused-client.ts';
import { numberAt, TestClient, type Handlers } from './test-client.ts';

export const PASSWORD = 'a long enough password';

/** Longer than any test: what the API shows right after a write, it must not have from an index. */
const INDEX_DELAY_MS = 3_600_000;

/** The API as it stands behind API Gateway, on a DynamoDB in memory and a clock that the test moves. */
export interface ApiWorld {
  deps: ApiDependencies;
  tables: MemoryTables;
  sources: TestSources;
  handlers: Handlers;
  /**
   * The same API, where something happens before each transaction is sent: between what was read and what is written.
   * Or before each id is reserved: between the first reads of a creation and its later ones. Or before each single read.
   */
  interrupted(before: () => Promise<void>, command?: Parameters<typeof pausedClient>[1]): Handlers;
  /** Someone who is not signed in. */
  visitor(): TestClient;
  /** The first staff account, signed in. */
  admin: TestClient;
  /** Makes a person, and signs it in. */
  person(fields?: { username?: string; is_staff?: boolean }): Promise<Person>;
  /** Messages to the policy queue since the last look. */
  sent(): string[];
  /** What was logged, as it would be written. */
  logged: string[];
  counted: Map<MetricName, number>;
  close(): Promise<void>;
}

export interface Person {
  id: number;
  username: string;
  client: TestClient;
}

export async function startApiWorld(options: { origin?: string } = {}): Promise<ApiWorld> {
  const tables = await startMemoryTables();
  tables.indexDelayMs = INDEX_DELAY_MS;
  const sources = testSources();
  const logged: string[] = [];
  const counted = new Map<MetricName, number>();
  const { sqs, sent } = policyQueue();
  const deps = dependencies(tables, sources, sqs, logged, counted, options.origin ?? '');
  const handlers = handlersOf(deps);
  const visitor = () => new TestClient(handlers);
  const admin = await firstAdmin(deps, visitor());
  let people = 0;
  const person: ApiWorld['person'] = async ({ username, is_staff = false } = {}) => {
    people += 1;
    const name = username ?? `person${people}`;
    const made = await admin.post('/users/users/', { username: name, password: PASSWORD, is_staff });
    const client = visitor();
    // A network of one's own, so that no test waits for another's attempts.
    client.remote = `10.${people >> 8}.${people & 255}.1`;
    await client.signIn(name, PASSWORD);
    return { id: numberAt(made.body, 'id'), username: name, client };
  };
  const interrupted: ApiWorld['interrupted'] = (before, command = 'TransactWriteItemsCommand') => {
    const client = pausedClient(tables.control.client, command, before);
    return handlersOf({ ...deps, control: { ...tables.control, client } });
  };
  const close = () => tables.close();
  return {
    ...{ deps, tables, sources, handlers, interrupted, visitor, admin, person, sent, logged, counted },
    close,
  };
}

const handlersOf = (deps: ApiDependencies): Handlers => ({
  api: httpHandler(deps, (call) => answerCall(deps, routes, call)),
  signIn: httpHandler(deps, (call) => signIn(deps, call)),
});

async function firstAdmin(deps: ApiDependencies, client: TestClient): Promise<TestClient> {
  const { control: table, sources } = deps;
  const actor = { user: null, cid: '00000000-0000-4000-8000-000000000000', remote: null };
  const run = { table, actor, sources, pause: sources.pause, random: sources.random };
  await createFirstAdmin(run, { username: 'admin', password: PASSWORD }, hashPassword);
  await client.signIn('admin', PASSWORD);
  return client;
}

function policyQueue() {
  const messages: string[] = [];
  const sqs = new SQSClient({ region: 'eu-west-1' });
  mockClient(sqs)
    .on(SendMessageBatchCommand)
    .callsFake((input: SendMessageBatchCommand['input']) => {
      for (const { MessageBody } of input.Entries ?? []) messages.push(MessageBody ?? '');
      return {};
    });
  return { sqs, sent: () => messages.splice(0) };
}

function dependencies(
  tables: MemoryTables,
  sources: TestSources,
  sqs: SQSClient,
  logged: string[],
  counted: Map<MetricName, number>,
  origin: string,
): ApiDependencies {
  const line = (event: string, details: Record<string, unknown> = {}) => {
    logged.push(JSON.stringify({ event, ...details }));
  };
  return {
    control: tables.control,
    ledger: tables.ledger,
    sources,
    zone: 'Europe/London',
    front: { origin, edgeKey: '' },
    log: { info: line, warn: line, error: line, note: () => undefined, forget: () => undefined },
    meter: {
      count: (metric, amount = 1) => counted.set(metric, (counted.get(metric) ?? 0) + amount),
      flush: () => undefined,
    },
    outbox: { sqs, policyQueueUrl: 'https://sqs.test/policy', table: tables.control },
  };
}
