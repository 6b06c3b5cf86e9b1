import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { decideCharge, isNewer, type StandingCharge } from '../../domain/charges.ts';
import { batchReadItems } from '../table/batch-reader.ts';
import { fromItem, toItem } from '../table/items.ts';
import { chargeIndexKey, chargeIndexOrder, chargeIndexShard, chargeKey, revisionKey } from './ledger-keys.ts';
import { postedChargeSchema, type Charge, type PostedCharge } from './ledger-records.ts';
import type { Key } from '../table/records.ts';
import { setItem, type WriteCondition } from '../table/set-item.ts';
import type { LedgerTable } from '../table/tables.ts';

/** A charge that has to be written: a new one, one that replaces what stands, or a newer word that says the same. */
export type ChargeChange = { key: Key; charge: Charge } & (
  { kind: 'first'; standing?: undefined } | { kind: 'revised' | 'confirmed'; standing: PostedCharge }
);

const keyFor = ({ cluster, record }: Charge): Key => chargeKey({ cluster, ...record });

/** One charge a run: the newest word wins; of two in one segment, the later one. */
export function newestPerRun(charges: readonly Charge[]): Charge[] {
  const newest = new Map<string, Charge>();
  for (const charge of charges) {
    const { pk } = keyFor(charge);
    const known = newest.get(pk);
    if (!known || !isNewer(known, charge)) newest.set(pk, charge);
  }
  return [...newest.values()];
}

/** Which of the charges have to be written, after a strongly consistent look at what stands. */
export async function readChanges(ledger: LedgerTable, charges: readonly Charge[]): Promise<ChargeChange[]> {
  const items = await batchReadItems(ledger, charges.map(keyFor));
  const posted = new Map(items.map((item) => [item['pk']?.S, postedChargeSchema.parse(fromItem(item))]));
  return charges.flatMap((charge): ChargeChange[] => {
    const key = keyFor(charge);
    const standing = posted.get(key.pk);
    if (!standing) return [{ kind: 'first', key, charge }];
    const { kind } = decideCharge(standingOf(standing), standingOf(charge));
    return kind === 'revised' || kind === 'confirmed' ? [{ kind, key, charge, standing }] : [];
  });
}

const standingOf = ({ seconds, epoch, segment, facts }: Charge): StandingCharge => ({
  seconds,
  facts,
  revision: { epoch, segment },
});

/** The writes of a change, each on condition that what was read still stands. */
export function changeActions(table: string, change: ChargeChange): TransactWriteItem[] {
  const { key, charge } = change;
  const update = (set: Record<string, unknown>, standing: PostedCharge): TransactWriteItem => ({
    Update: setItem(table, key, set, stillStanding(standing)),
  });
  const put = (item: Record<string, unknown>): TransactWriteItem => ({
    Put: { TableName: table, Item: toItem(item), ConditionExpression: 'attribute_not_exists(pk)' },
  });
  const { epoch, segment } = charge;
  switch (change.kind) {
    case 'first':
      return [put({ ...key, ...attributesOf(key, charge, 0), _v: 1 })];
    case 'confirmed':
      return [update({ epoch, segment }, change.standing)];
    case 'revised': {
      const { standing } = change;
      const delta = charge.seconds - standing.seconds;
      return [
        update(attributesOf(key, charge, standing.revisions + 1), standing),
        put({ ...revisionKey(key, { epoch, segment }), _v: 1, replaced: standing, delta }),
      ];
    }
  }
}

function attributesOf(key: Key, charge: Charge, revisions: number) {
  const { cluster, account, day, record } = charge;
  return {
    ...charge,
    revisions,
    gsi1pk: chargeIndexKey(cluster, account, day, chargeIndexShard(key)),
    gsi1sk: chargeIndexOrder(record),
  };
}

const stillStanding = ({ epoch, segment }: PostedCharge): WriteCondition => ({
  expression: '#epoch = :wasEpoch AND #segment = :wasSegment',
  values: { ':wasEpoch': epoch, ':wasSegment': segment },
});
