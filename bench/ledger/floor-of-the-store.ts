import { TransactWriteItemsCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { usageRecordSchema, type UsageMessage } from '@keystone/shared/contracts/usage.ts';
import { packChanges } from '@keystone/shared/store/ledger/charge-packing.ts';
import { chargeKey } from '@keystone/shared/store/ledger/ledger-keys.ts';
import { chargeOf } from '@keystone/shared/store/ledger/ledger-records.ts';
import type { ChargeChange } from '@keystone/shared/store/ledger/charge-changes.ts';
import { mapBounded } from '@keystone/shared/store/table/map-bounded.ts';
import type { BenchRun } from '../figures/figure.ts';
import { timed } from '../measure/statistics.ts';
import { LEDGER_TABLE, startStoreAlone } from '../stack/store-alone.ts';
import { ZONE } from './usage-load.ts';

export interface StoreFloor {
  jobsPerSecond: number;
  /** Milliseconds of one transaction alone. */
  alone: number[];
}

/** Transactions under way at once: as many as there are workers. */
const LANES = 2;
const ALONE = 20;

/** The store's own rate for the same items in the same transactions: nothing is read, nothing is decided. */
export async function measureStoreFloor(
  run: BenchRun,
  messages: Iterable<UsageMessage>,
): Promise<StoreFloor> {
  const { ledger } = await startStoreAlone(run);
  const transactions = [...messages].flatMap(transactionsOf);
  const send = ({ actions }: Transaction) =>
    timed(() => ledger.client.send(new TransactWriteItemsCommand({ TransactItems: actions })));
  const alone: number[] = [];
  for (const transaction of transactions.slice(0, ALONE)) alone.push((await send(transaction)).ms);
  const rest = transactions.slice(ALONE);
  const jobs = rest.reduce((sum, transaction) => sum + transaction.jobs, 0);
  const { ms } = await timed(() => mapBounded(rest, LANES, send));
  return { jobsPerSecond: (1000 * jobs) / ms, alone };
}

interface Transaction {
  jobs: number;
  actions: TransactWriteItem[];
}

/** What the ledger's writer would send for a message that brings nothing but new runs. */
function transactionsOf({ epoch, segment, records }: UsageMessage): Transaction[] {
  let open = records.map((row): ChargeChange => {
    const charge = chargeOf(1, usageRecordSchema.parse(row), { epoch, segment }, ZONE);
    return { kind: 'first', key: chargeKey({ cluster: 1, ...charge.record }), charge };
  });
  const transactions: Transaction[] = [];
  while (open.length > 0) {
    const { changes, actions } = packChanges(LEDGER_TABLE, open, { shard: 0, segmentsUntil: 4_000_000_000 });
    transactions.push({ jobs: changes.length, actions });
    open = open.slice(changes.length);
  }
  return transactions;
}
