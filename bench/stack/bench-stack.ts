import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { ApiSession } from '@keystone/local/demo/api-session.ts';
import { adminClient } from '@keystone/local/services/dynamodb/test-store.ts';
import { Child } from '@keystone/tests/support/child.ts';
import * as z from 'zod';
import type { BenchRun } from '../figures/figure.ts';

export const ADMIN_PASSWORD = 'a-password-for-benches';

const placeSchema = z.object({ url: z.string(), endpoints: z.record(z.string(), z.string()) });

/** An empty stack of the bench's own, on loopback, in a process of its own. */
export interface BenchStack {
  url: string;
  state: string;
  pid: number;
  staff: ApiSession;
  signIn(username: string, password: string): Promise<ApiSession>;
  /** Where it serves a service, by the SDK's variable. */
  endpoint(variable: string): string;
  /** A client of its DynamoDB that no role limits. */
  dynamodb: DynamoDBClient;
  /** Ends it before its bench does. */
  end(): Promise<unknown>;
}

export async function startBenchStack(run: BenchRun, options: { site?: boolean } = {}): Promise<BenchStack> {
  const state = mkdtempSync(join(tmpdir(), 'keystone-bench-'));
  run.undo(() => rmSync(state, { recursive: true, force: true }));
  return startOn(run, state, options);
}

/** Ends a stack, and with it every connection in one moment, and starts another one on its state. */
export async function restartBenchStack(run: BenchRun, stack: BenchStack): Promise<BenchStack> {
  stack.dynamodb.destroy();
  await stack.end();
  return startOn(run, stack.state, {});
}

async function startOn(run: BenchRun, state: string, options: { site?: boolean }): Promise<BenchStack> {
  const child = new Child('bench/stack/bench-stack.process.ts', [
    state,
    ADMIN_PASSWORD,
    ...(options.site ? ['site'] : []),
  ]);
  const end = () => child.signal('SIGTERM');
  run.undo(end);
  const [line] = await child.says(/^\{"url":.*\}$/m, 240_000);
  const { url, endpoints } = placeSchema.parse(JSON.parse(line));
  const endpoint = (variable: string) => {
    const found = endpoints[variable];
    if (found === undefined) throw new Error(`the stack serves no ${variable}`);
    return found;
  };
  const dynamodb = adminClient(endpoint('AWS_ENDPOINT_URL_DYNAMODB'));
  run.undo(() => dynamodb.destroy());
  const signIn = (username: string, password: string) => ApiSession.signIn(url, username, password);
  const { pid } = child.process;
  if (pid === undefined) throw new Error('the stack has no process');
  return { url, state, pid, staff: await signIn('admin', ADMIN_PASSWORD), signIn, endpoint, dynamodb, end };
}
