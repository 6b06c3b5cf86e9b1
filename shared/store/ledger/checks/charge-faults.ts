import { billableSeconds, UnbillableRunError } from '../../../domain/billing.ts';
import { dayOf } from '../../../domain/calendar.ts';
import type { Difference, Figures } from '../../../domain/standing-differences.ts';
import { fromItem, type Item } from '../../table/items.ts';
import { chargeIndexKey, chargeIndexOrder, chargeIndexShard, chargeKey } from '../ledger-keys.ts';
import { factsOf, postedChargeSchema, replacedChargeSchema, type PostedCharge } from '../ledger-records.ts';
import type { Key } from '../../table/records.ts';

/** A charge with the revisions beside it, as the items of one partition key say. */
interface ChargeGroup {
  key: Key;
  charge: PostedCharge;
  index: { partition: unknown; order: unknown };
  replaced: { replaced: PostedCharge; delta: number }[];
}

/**
 * What is wrong with a charge by itself, from all items of its partition key: nothing of it is taken on trust, since the
 * scheduler's row lies in it.
 *
 * @param zone of the deployment's days; unknown: days are not checked
 */
export function chargeFaults(items: readonly Item[], zone: string | undefined): Difference[] {
  const group = readGroup(items);
  if ('expected' in group) return [group];
  const { key, charge, index, replaced } = group;
  const { cluster, record } = charge;
  const name = `charge ${cluster} ${record.jobIdRaw} ${record.submit}`;
  const fault = (what: string, expected: Figures, found: Figures): Difference[] =>
    JSON.stringify(expected) === JSON.stringify(found) ? [] : [{ name: `${name}: ${what}`, expected, found }];
  const at = { partition: chargeIndexKey(cluster, charge.account, charge.day, chargeIndexShard(key)) };
  return [
    ...fault('key', { key: chargeKey({ cluster, ...record }).pk }, { key: key.pk }),
    ...fault('amount', { seconds: amountOf(charge) }, { seconds: charge.seconds }),
    ...fault('facts', { facts: factsOf(record) }, { facts: charge.facts }),
    ...fault(
      'names',
      { account: record.account, user: record.user },
      { account: charge.account, user: charge.user },
    ),
    ...(zone === undefined
      ? []
      : fault('days', daysOf(charge, zone), { day: charge.day, startDay: charge.startDay })),
    ...fault(
      'index',
      { ...at, order: chargeIndexOrder(record) },
      { partition: String(index.partition), order: String(index.order) },
    ),
    ...fault('revisions', revisionsOf(charge, replaced), { count: charge.revisions, wrong: 0 }),
  ];
}

function readGroup(items: readonly Item[]): ChargeGroup | Difference {
  const pk = items[0]?.['pk']?.S ?? '';
  const unreadable = (what: string): Difference => ({
    name: `${pk}: ${what}`,
    expected: { readable: 'yes' },
    found: { readable: 'no' },
  });
  const own = items.find(({ sk }) => sk?.S === 'A');
  if (!own) return unreadable('revisions without a charge');
  const { gsi1pk: partition, gsi1sk: order, ...rest } = fromItem(own);
  const charge = postedChargeSchema.safeParse(rest).data;
  const others = items.filter((item) => item !== own);
  const replaced = others.map((item) => replacedChargeSchema.safeParse(fromItem(item)).data);
  if (!charge || replaced.some((one) => !one)) return unreadable('not a charge');
  return {
    key: { pk, sk: 'A' },
    charge,
    index: { partition, order },
    replaced: replaced.filter((one) => one !== undefined),
  };
}

function amountOf({ record }: PostedCharge): number | string {
  try {
    return billableSeconds(record);
  } catch (error) {
    if (error instanceof UnbillableRunError) return 'unbillable';
    throw error;
  }
}

const daysOf = ({ record }: PostedCharge, zone: string) => ({
  day: dayOf(record.end, zone),
  startDay: dayOf(record.start ?? record.end, zone),
});

/** How many revisions there are, and how many of them do not lead from what was before to what came after. */
function revisionsOf(charge: PostedCharge, replaced: ChargeGroup['replaced']): Figures {
  const order = [...replaced].sort((a, b) => a.replaced.revisions - b.replaced.revisions);
  const wrong = order.filter(({ replaced: before, delta }, place) => {
    const after = order[place + 1]?.replaced ?? charge;
    return before.revisions !== place || after.seconds - before.seconds !== delta;
  });
  return { count: order.length, wrong: wrong.length };
}
