import { gzipSync } from 'node:zlib';
import { usageRecordSchema, type UsageMessage } from '@keystone/shared/contracts/usage.ts';
import { billableSeconds } from '@keystone/shared/domain/billing.ts';
import { readBalances } from '@keystone/shared/store/ledger/balance-reader.ts';
import type { LedgerTable } from '@keystone/shared/store/table/tables.ts';

/** A message as the agent puts it on the wire. */
export interface PackedMessage {
  segment: number;
  jobs: number;
  payload: Buffer;
}

/** Messages packed before the clock runs, and what the balances have to come to when they are stored. */
export interface PreparedUsage {
  messages: PackedMessage[];
  jobs: number;
  /** Billing-seconds by account. */
  expected: ReadonlyMap<string, number>;
}

export function prepareUsage(messages: Iterable<UsageMessage>): PreparedUsage {
  const packed: PackedMessage[] = [];
  const expected = new Map<string, number>();
  for (const message of messages) {
    for (const row of message.records) {
      const record = usageRecordSchema.parse(row);
      expected.set(record.account, (expected.get(record.account) ?? 0) + billableSeconds(record));
    }
    const payload = gzipSync(JSON.stringify(message));
    packed.push({ segment: message.segment, jobs: message.records.length, payload });
  }
  return { messages: packed, jobs: packed.reduce((sum, { jobs }) => sum + jobs, 0), expected };
}

/** @throws Error where the ledger holds anything else: then no figure of the run means anything */
export async function compareBalances(
  ledger: LedgerTable,
  cluster: number,
  { expected, jobs }: PreparedUsage,
): Promise<void> {
  const accounts = [...expected.keys()].map((account) => ({ cluster, account }));
  const balances = await readBalances(ledger, accounts);
  const found = balances.reduce((sum, balance) => sum + balance.jobs, 0);
  const wrong = balances.filter(({ account, runs }) => runs !== expected.get(account));
  if (found !== jobs || wrong.length > 0)
    throw new Error(
      `the balances are not what was sent: ${found} jobs of ${jobs}, and ${wrong.length} accounts differ`,
    );
}
