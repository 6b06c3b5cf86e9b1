import { strings } from '../../lib/strings.ts';
import { Panel, Section } from '../../ui/panel.tsx';
import { useBalances } from '../dashboard/use-balances.ts';
import { BalanceCourse } from './balance-course.tsx';

const words = strings.usage;

/** Each course reads a year of days; who has more balances opens the one that it looks for. */
const MOST_SHOWN = 4;

/** How the balances of a few teams came down, side by side. Those without an award have nothing to show. */
export function BalanceCourses({ teams }: { teams: readonly number[] }) {
  const { data } = useBalances(teams);
  const balances = (data?.results ?? []).filter(({ grants }) => grants.length > 0);
  if (balances.length === 0 || balances.length > MOST_SHOWN) return null;
  return (
    <Section title={words.about}>
      <div className="grid gap-4 lg:grid-cols-2">
        {balances.map((balance) => (
          <Panel
            key={`${balance.cluster}/${balance.account}`}
            className="flex min-h-84 min-w-0 flex-col gap-3 p-4 sm:min-h-76"
          >
            <h3 className="font-semibold wrap-anywhere">
              {words.title(balance.account, balance._cluster.name)}
            </h3>
            <BalanceCourse balance={balance} />
          </Panel>
        ))}
      </div>
    </Section>
  );
}
