import { QueryCommand } from '@aws-sdk/client-dynamodb';
import { readClusterEntitlements } from '../../table/control-reader.ts';
import type { Item } from '../../table/items.ts';
import { segmentAttributePattern, segmentKey } from '../ledger-keys.ts';
import type { ControlTable, LedgerTable } from '../../table/tables.ts';

/**
 * Accounts of a cluster that something may be charged to: those that were awarded something, and those that anything
 * was posted to in the last 30 days.
 */
export async function readAccountNames(
  ledger: LedgerTable,
  control: ControlTable | undefined,
  cluster: number,
): Promise<Set<string>> {
  const names = new Set<string>();
  if (control)
    for (const { fields } of await readClusterEntitlements(control, cluster)) names.add(fields.account);
  let start: Item | undefined;
  do {
    const page = await ledger.client.send(
      new QueryCommand({
        TableName: ledger.table,
        KeyConditionExpression: 'pk = :pk',
        ExpressionAttributeValues: {
          ':pk': { S: segmentKey(cluster, { epoch: 0, segment: 0 }).pk },
        },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    for (const name of (page.Items ?? []).flatMap((item) => Object.keys(item))) {
      const account = segmentAttributePattern.exec(name)?.[2];
      if (account !== undefined) names.add(account);
    }
    start = page.LastEvaluatedKey;
  } while (start);
  return names;
}
