import { QueryCommand } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import type { SegmentMark } from '../../contracts/policy.ts';
import type { DayUsage } from '../../domain/grants.ts';
import { fromItem, type Item } from '../table/items.ts';
import { segmentAttributePattern, segmentKey } from './ledger-keys.ts';
import type { LedgerTable } from '../table/tables.ts';

const segmentItemSchema = z.looseObject({ sk: z.string(), segment: z.int() });

/** What one segment added to an account's runs of a day; negative where a row shrank. */
export interface SegmentUsage extends DayUsage {
  /** Tells segments apart. */
  source: string;
}

/**
 * What segments after a mark added to each account's runs, by start day: what the balances hold and an agent that
 * counts from this mark adds by itself. Strongly consistent.
 *
 * Numbers of segments go on over enrolments, or start anew where a node was set up again. Of a later epoch only
 * numbers after the mark are told: the others may be in no agent's spool, and stay in the balance.
 */
export async function readUsageBeyond(
  ledger: LedgerTable,
  cluster: number,
  mark: SegmentMark,
): Promise<Map<string, SegmentUsage[]>> {
  const accounts = new Map<string, SegmentUsage[]>();
  // Before the first enrolment there is no agent that could add anything.
  if (mark.epoch === 0) return accounts;
  for await (const item of itemsBeyond(ledger, cluster, mark)) {
    const { sk, segment, ...attributes } = segmentItemSchema.parse(fromItem(item));
    if (segment <= mark.segment) continue;
    for (const [name, value] of Object.entries(attributes)) {
      const [, day, account] = segmentAttributePattern.exec(name) ?? [];
      if (day === undefined || account === undefined) continue;
      const usage = { source: sk, day, seconds: z.int().parse(value) };
      accounts.set(account, [...(accounts.get(account) ?? []), usage]);
    }
  }
  return accounts;
}

async function* itemsBeyond(
  { client, table }: LedgerTable,
  cluster: number,
  mark: SegmentMark,
): AsyncGenerator<Item> {
  const { pk, sk } = segmentKey(cluster, mark);
  let start: Item | undefined;
  do {
    const page = await client.send(
      new QueryCommand({
        TableName: table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk > :sk',
        ExpressionAttributeValues: { ':pk': { S: pk }, ':sk': { S: sk } },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    yield* page.Items ?? [];
    start = page.LastEvaluatedKey;
  } while (start);
}
