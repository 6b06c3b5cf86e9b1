import type { AllocationRequest } from '../../lib/api/records.ts';
import { formatMoment } from '../../lib/format/dates.ts';
import { strings } from '../../lib/strings.ts';
import { Section } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { historyOf, type HistoryEntry } from './history-entries.ts';
import { useAllocations, useReviews } from './use-requests.ts';

/** Who did what to a request, and when. */
export function RequestHistory({ request }: { request: AllocationRequest }) {
  const reviews = useReviews(request);
  const allocations = useAllocations(request);
  const failed = reviews.error ? reviews : allocations.error ? allocations : undefined;
  const entries = historyOf({
    request,
    reviews: reviews.data?.results ?? [],
    allocations: allocations.data?.results ?? [],
  });
  return (
    <Section title={strings.requests.history}>
      {failed && <ProblemNotice error={failed.error} onRetry={() => void failed.refetch()} />}
      {entries.length === 0 && <p className="text-soft">{strings.requests.noHistory}</p>}
      <ol className="flex flex-col">
        {entries.map((entry) => (
          <Entry key={entry.key} entry={entry} />
        ))}
      </ol>
    </Section>
  );
}

function Entry({ entry: { at, who, what, details } }: { entry: HistoryEntry }) {
  return (
    <li className="border-l-2 border-line pb-4 pl-4 last:pb-0">
      <p className="wrap-anywhere">
        <span className="font-medium">{who}</span> {what}{' '}
        <time dateTime={at} className="text-xs whitespace-nowrap text-soft">
          {formatMoment(at)}
        </time>
      </p>
      {details.map((detail) => (
        <p key={detail} className="whitespace-pre-wrap text-soft wrap-anywhere">
          {detail}
        </p>
      ))}
    </li>
  );
}
