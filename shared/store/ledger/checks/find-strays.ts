import * as z from 'zod';
import { fromItem, type Item } from '../../table/items.ts';
import { tellStanding, type CheckContext } from './check-context.ts';
import { readDay } from './day-sums.ts';

const dayItemSchema = z.object({
  cluster: z.int(),
  account: z.string(),
  user: z.string(),
  day: z.iso.date(),
  seconds: z.int().default(0),
  jobs: z.int().default(0),
});

/** People's days of accounts that have more of them than charges lead to: each against the charges of its day. */
export async function findStrays(context: CheckContext, items: readonly Item[]): Promise<void> {
  const { state, ledger } = context;
  const wanted = new Set(
    state.strays.map((place) => {
      const seen = state.accounts[place];
      return seen && `${seen.cluster} ${seen.account}`;
    }),
  );
  for (const item of items) {
    if (!item['pk']?.S?.startsWith('DAY#')) continue;
    const day = dayItemSchema.safeParse(fromItem(item)).data;
    if (!day || !wanted.has(`${day.cluster} ${day.account}`) || (day.seconds === 0 && day.jobs === 0))
      continue;
    const name = `day ${day.cluster} ${day.account} ${day.day} ${day.user}`;
    const read = async () => {
      const { differences } = await readDay(ledger, day, [day.user]);
      // Of people who have charges it was told before.
      return differences.filter((each) => each.name === name && each.expected['jobs'] === 0);
    };
    if ((await read()).length > 0) await tellStanding(context, day.cluster, 'stray-day', read);
  }
}
