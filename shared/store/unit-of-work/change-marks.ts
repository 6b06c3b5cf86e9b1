import { QueryCommand, type TransactWriteItem } from '@aws-sdk/client-dynamodb';
import * as z from 'zod';
import { fromItem, toItem, type Item } from '../table/items.ts';
import { isWritten } from './record-actions.ts';
import type { Kind } from '../table/records.ts';
import type { Sources } from './unit-of-work.ts';
import type { ControlTable } from '../table/tables.ts';
import type { Tracked } from '../table/tracked-record.ts';

const HOURS_KEPT = 24;
const PK = 'CHG';

const markSchema = z.object({ sk: z.string(), at: z.iso.datetime(), records: z.array(z.string()) });

/** That a transaction changed records of staff-wide lists; written in it. */
export interface ChangeMark {
  /** Rises with the time at which the transaction was made, which is a little before others see it. */
  sk: string;
  at: string;
  /** Ids of the kind's records among them. */
  ids: number[];
}

/** Marks what a unit of work changes of staff-wide lists; nothing where it changes none. */
export function markActions(
  TableName: string,
  records: Iterable<Tracked>,
  sources: Sources,
): TransactWriteItem[] {
  const changed = [...records].filter(isWritten).flatMap(nameOf);
  if (changed.length === 0) return [];
  const now = sources.now();
  const at = now.toISOString();
  const ttl = Math.ceil(now.getTime() / 1000) + HOURS_KEPT * 3_600;
  return [
    {
      Put: {
        TableName,
        Item: toItem({ pk: PK, sk: `${at}#${sources.ulid()}`, _v: 1, at, records: changed, ttl }),
      },
    },
  ];
}

/** What has no id of its own is in no such list. */
const nameOf = ({ kind, after }: Tracked): string[] => ('id' in after ? [`${kind} ${after.id}`] : []);

/** Marks from a moment on, oldest first, strongly consistent: a change that was committed is among them. */
export async function readMarks(table: ControlTable, kind: Kind, from: string): Promise<ChangeMark[]> {
  const marks: ChangeMark[] = [];
  let start: Item | undefined;
  do {
    const page = await table.client.send(
      new QueryCommand({
        TableName: table.table,
        ConsistentRead: true,
        KeyConditionExpression: 'pk = :pk AND sk >= :from',
        ExpressionAttributeValues: { ':pk': { S: PK }, ':from': { S: from } },
        ...(start && { ExclusiveStartKey: start }),
      }),
    );
    marks.push(...(page.Items ?? []).map((item) => markIn(item, kind)));
    start = page.LastEvaluatedKey;
  } while (start);
  return marks;
}

/** The last mark, or undefined where there is none. */
export async function readLastMark(table: ControlTable, kind: Kind): Promise<ChangeMark | undefined> {
  const { Items } = await table.client.send(
    new QueryCommand({
      TableName: table.table,
      ConsistentRead: true,
      KeyConditionExpression: 'pk = :pk',
      ExpressionAttributeValues: { ':pk': { S: PK } },
      ScanIndexForward: false,
      Limit: 1,
    }),
  );
  const [last] = Items ?? [];
  return last && markIn(last, kind);
}

function markIn(item: Item, kind: Kind): ChangeMark {
  const { sk, at, records } = markSchema.parse(fromItem(item));
  const ids = records.flatMap((name) => {
    const [of, id] = name.split(' ');
    return of === kind ? [Number(id)] : [];
  });
  return { sk, at, ids };
}
