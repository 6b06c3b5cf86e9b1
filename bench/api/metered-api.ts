import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { signIn } from '@keystone/lambdas/api/authentication/sign-in.ts';
import type { ApiDependencies } from '@keystone/lambdas/api/dependencies.ts';
import { httpHandler } from '@keystone/lambdas/api/edge/http-handler.ts';
import { routes } from '@keystone/lambdas/api/endpoints.ts';
import { answerCall } from '@keystone/lambdas/api/http/answer.ts';
import { TestClient } from '@keystone/lambdas/api/testing/test-client.ts';
import { systemSources } from '@keystone/lambdas/runtime/sources.ts';
import { mockClient } from 'aws-sdk-client-mock';
import { MeteredClient, type Units } from '../measure/metered-client.ts';
import { CONTROL_TABLE, LEDGER_TABLE } from '../stack/store-alone.ts';

const nothing = () => undefined;

/** The API's own code in this process, on a store that another process serves, with each call's request units. */
export class MeteredApi {
  readonly #meter: MeteredClient;
  readonly #handlers: ConstructorParameters<typeof TestClient>[0];

  constructor(store: DynamoDBClient) {
    this.#meter = new MeteredClient(store);
    const deps = dependencies(this.#meter.client);
    this.#handlers = {
      api: httpHandler(deps, (call) => answerCall(deps, routes, call)),
      signIn: httpHandler(deps, (call) => signIn(deps, call)),
    };
  }

  async signIn(username: string, password: string): Promise<TestClient> {
    const client = new TestClient(this.#handlers);
    const { status } = await client.signIn(username, password);
    if (status !== 200) throw new Error(`${username} could not sign in: ${status}`);
    return client;
  }

  /** @throws Error where the answer is no success */
  async unitsOf(client: TestClient, method: string, path: string, body?: unknown): Promise<Units> {
    this.#meter.take();
    const { status } = await client.call(method, path, body);
    if (status >= 300) throw new Error(`${method} ${path}: ${status}`);
    return this.#meter.take();
  }

  close(): void {
    this.#meter.client.destroy();
  }
}

function dependencies(client: DynamoDBClient): ApiDependencies {
  const control = { client, table: CONTROL_TABLE };
  const sqs = new SQSClient({ region: 'eu-west-1' });
  mockClient(sqs).on(SendMessageBatchCommand).resolves({});
  return {
    control,
    ledger: { client, table: LEDGER_TABLE },
    sources: systemSources,
    zone: 'Europe/London',
    front: { origin: '', edgeKey: '' },
    log: { info: nothing, warn: nothing, error: nothing, note: nothing, forget: nothing },
    meter: { count: nothing, flush: nothing },
    outbox: { sqs, policyQueueUrl: 'https://sqs.invalid/policy', table: control },
  };
}
