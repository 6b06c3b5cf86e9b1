import type { AllocationRequest, AllocationSummary, Balance } from '../../lib/api/records.ts';
import { formatServiceUnits, formatUsed } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { Notice } from '../../ui/notice.tsx';
import { Panel, Section } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useBalances } from '../dashboard/use-balances.ts';
import { BalanceCourse } from './balance-course.tsx';

const words = strings.usage;

/** What became of the awards of an approved request: for each, the course of the balance that it is part of. */
export function RequestUsage({ request }: { request: AllocationRequest }) {
  const { data, error, refetch } = useBalances([request.team]);
  const awarded = request._allocations.filter((allocation) => (allocation.awarded ?? 0) > 0);
  if (awarded.length === 0) return null;
  return (
    <Section title={words.ofRequest}>
      {data && error && <Notice tone="warn">{strings.common.stale}</Notice>}
      {!data && error ? (
        <ProblemNotice error={error} onRetry={() => void refetch()} />
      ) : (
        awarded.map((allocation) => (
          <AwardUsage key={allocation.id} allocation={allocation} balances={data?.results} />
        ))
      )}
      <p className="text-xs text-soft">{words.ofRequestHint}</p>
    </Section>
  );
}

interface AwardUsageProps {
  allocation: AllocationSummary;
  /** Undefined until they are there. */
  balances: readonly Balance[] | undefined;
}

/** As high from the start as it will be, so that nothing below it jumps. */
function AwardUsage({ allocation, balances }: AwardUsageProps) {
  const balance = balances?.find(({ cluster }) => cluster === allocation.cluster);
  const award = balance?.grants.find(({ id }) => id === allocation.id);
  return (
    <Panel className="flex min-h-92 flex-col gap-3 p-4 sm:min-h-84">
      <div className="flex flex-wrap items-baseline justify-between gap-x-4 gap-y-1">
        <h3 className="font-semibold wrap-anywhere">{allocation._cluster.name}</h3>
        {award && (
          <p className="text-soft tabular-nums">
            {words.ofAward(formatUsed(award.drawn, award.awarded), formatServiceUnits(award.awarded))}
          </p>
        )}
      </div>
      {balance && <BalanceCourse balance={balance} />}
      {!balances && <Skeleton rows={4} />}
      {balances && !balance && <p className="text-soft">{words.noneOfRequest}</p>}
    </Panel>
  );
}
