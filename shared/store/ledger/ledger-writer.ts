import {
  DynamoDBServiceException,
  TransactionCanceledException,
  TransactionInProgressException,
  TransactWriteItemsCommand,
  type TransactWriteItem,
} from '@aws-sdk/client-dynamodb';
import { newestPerRun, readChanges } from './charge-changes.ts';
import { packChanges, type PackLimits } from './charge-packing.ts';
import type { Charge } from './ledger-records.ts';
import type { LedgerTable } from '../table/tables.ts';
import { classify } from '../table/transact.ts';

export interface LedgerWriterOptions {
  ledger: LedgerTable;
  sources: {
    now(): Date;
    ulid(): string;
    random(): number;
    pause(milliseconds: number): Promise<void>;
  };
  /** Hears of each commit: how many attempts it took (more than about 1.2 on average asks for more shards). */
  onCommit?(commit: { attempts: number; actions: number; charges: number }): void;
  limits?: PackLimits;
}

const MAX_ATTEMPTS = 12;
const FIRST_PAUSE = 20;
const LONGEST_PAUSE = 1_000;

/** An agent says every ten minutes how far it was acknowledged; what lies a month back is of no use to anyone. */
const SEGMENT_SECONDS = 30 * 86_400;

/**
 * Posts charges of one cluster, and with each the sums that hold it, in as few transactions as hold them. Returns when
 * every charge stands, as reported or as a newer word has it; run again with the same charges it writes nothing.
 *
 * Callers post one cluster's charges one call after another, so that they do not conflict with themselves.
 *
 * @throws Error where DynamoDB refused for a reason that waiting does not mend, or went on conflicting; what was
 * committed until then stays, and is found standing by the next run
 */
export async function postCharges(options: LedgerWriterOptions, charges: readonly Charge[]): Promise<void> {
  const { ledger, sources, onCommit, limits } = options;
  const shards = ledger.shards ?? 1;
  let open = await readChanges(ledger, inOrder(newestPerRun(charges)));
  for (let attempts = 1; open.length > 0; attempts++) {
    const place = {
      shard: Math.floor(sources.random() * shards) % shards,
      segmentsUntil: Math.ceil(sources.now().getTime() / 1000) + SEGMENT_SECONDS,
    };
    const pack = packChanges(ledger.table, open, place, limits);
    const outcome = await send(ledger, pack.actions, sources.ulid(), attempts);
    if (outcome === 'committed') {
      onCommit?.({ attempts, actions: pack.actions.length, charges: pack.changes.length });
      open = open.slice(pack.changes.length);
      attempts = 0;
      continue;
    }
    await sources.pause(sources.random() * Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** attempts));
    if (outcome === 'reread')
      open = await readChanges(
        ledger,
        open.map(({ charge }) => charge),
      );
  }
}

/** Rows of one account, user and day side by side: they share their sums, so more of them fit a transaction. */
function inOrder(charges: Charge[]): Charge[] {
  const place = ({ account, user, day }: Charge) => `${account}\n${user}\n${day}`;
  return charges
    .map((charge) => ({ charge, place: place(charge) }))
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0))
    .map(({ charge }) => charge);
}

async function send(
  { client, table }: LedgerTable,
  actions: TransactWriteItem[],
  token: string,
  attempts: number,
): Promise<'committed' | 'again' | 'reread'> {
  try {
    await client.send(new TransactWriteItemsCommand({ TransactItems: actions, ClientRequestToken: token }));
    return 'committed';
  } catch (error) {
    const next = nextStep(error);
    if (next === 'give-up') throw error;
    if (attempts >= MAX_ATTEMPTS)
      throw new Error(`${table} took none of ${attempts} attempts at a transaction`, { cause: error });
    return next;
  }
}

/**
 * What a failed transaction asks for. Another one in flight: the same again. A condition that failed, or an outcome
 * that nobody knows (no answer, or a fault of the service: it may have been committed): look again at what stands.
 * Anything else goes back to the queue.
 */
export function nextStep(error: unknown): 'again' | 'reread' | 'give-up' {
  if (error instanceof TransactionCanceledException) {
    const cancellation = classify(error.CancellationReasons ?? []);
    return cancellation === 'conflict' ? 'again' : cancellation === 'condition' ? 'reread' : 'give-up';
  }
  if (error instanceof TransactionInProgressException) return 'reread';
  return error instanceof DynamoDBServiceException && error.$fault === 'client' ? 'give-up' : 'reread';
}
