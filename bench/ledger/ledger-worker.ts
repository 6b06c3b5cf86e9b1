import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { secretFor } from '@keystone/local/roles/credentials.ts';
import { adminAccessKeyId } from '@keystone/local/roles/role.ts';
import { root } from '@keystone/local/stack/child-build.ts';
import * as z from 'zod';
import type { BenchRun } from '../figures/figure.ts';
import { CONTROL_TABLE, LEDGER_TABLE } from '../stack/store-alone.ts';

export interface QueuedMessage {
  messageId: string;
  body: string;
}

const answerSchema = z.object({
  failed: z.int(),
  rss: z.number().optional(),
  heapUsed: z.number().optional(),
});
export interface Weight {
  rssMb: number;
  /** After a collection. */
  heapMb: number;
}

/** One environment of the ledger function, in a process of its own. */
export interface LedgerWorker {
  /** @throws Error where it did not store every message */
  store(records: readonly QueuedMessage[]): Promise<void>;
  /** Stores a batch too, and says what the process holds after it. */
  weigh(records: readonly QueuedMessage[]): Promise<Weight>;
}

export interface WorkerPlace {
  bundle: string;
  dynamodb: string;
  /** Where acknowledgements are published. */
  iot: string;
}

export async function startLedgerWorker(run: BenchRun, place: WorkerPlace): Promise<LedgerWorker> {
  const child = fork(join(root, 'bench/ledger/worker.process.ts'), [place.bundle], {
    env: { PATH: process.env['PATH'], ...variables(place) },
    execArgv: ['--expose-gc', '--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  run.undo(async () => {
    if (child.exitCode === null && child.kill('SIGTERM')) await once(child, 'exit');
  });
  await nextMessage(child);
  const ask = async (records: readonly QueuedMessage[], weigh: boolean) => {
    child.send({ records, weigh });
    const answer = answerSchema.parse(await nextMessage(child));
    if (answer.failed > 0) throw new Error(`the worker did not store ${answer.failed} messages`);
    return answer;
  };
  return {
    store: async (records) => void (await ask(records, false)),
    weigh: async (records) => {
      const { rss = 0, heapUsed = 0 } = await ask(records, true);
      return { rssMb: rss / 2 ** 20, heapMb: heapUsed / 2 ** 20 };
    },
  };
}

async function nextMessage(child: ChildProcess): Promise<unknown> {
  const ended = new AbortController();
  const end = once(child, 'exit', { signal: ended.signal }).then(() => {
    throw new Error('the ledger worker ended');
  });
  try {
    const [message]: unknown[] = await Promise.race([once(child, 'message'), end]);
    return message;
  } finally {
    ended.abort();
    end.catch(() => undefined);
  }
}

const variables = ({ dynamodb, iot }: WorkerPlace) => ({
  KEYSTONE_STAGE: 'local',
  KEYSTONE_ZONE: 'Europe/London',
  CONTROL_TABLE,
  LEDGER_TABLE,
  AWS_REGION: 'eu-west-1',
  AWS_ACCESS_KEY_ID: adminAccessKeyId,
  AWS_SECRET_ACCESS_KEY: secretFor(adminAccessKeyId),
  AWS_ENDPOINT_URL_DYNAMODB: dynamodb,
  AWS_ENDPOINT_URL_IOT_DATA_PLANE: iot,
  AWS_EC2_METADATA_DISABLED: 'true',
});
