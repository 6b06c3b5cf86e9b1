import type { RequestStatus } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Notice } from '../../ui/notice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { isConflict, type useDecision } from './use-decision.ts';

const words = strings.review;

/** What came of the last decision made here. */
export function DecisionOutcome({ deciding }: { deciding: ReturnType<typeof useDecision> }) {
  const { data, error } = deciding;
  if (error)
    return isConflict(error) ? (
      <Notice tone="warn">{words.conflict}</Notice>
    ) : (
      <ProblemNotice error={error} />
    );
  if (!data || data.request.status === 'PD') return null;
  return <Notice tone="good">{words.done[outcomeOf(data.status_before, data.request.status)]}</Notice>;
}

/** A decision on an approved request changes or ends its award. */
function outcomeOf(before: RequestStatus, after: Exclude<RequestStatus, 'PD'>): keyof typeof words.done {
  if (before !== 'AP') return after;
  return after === 'AP' ? 'amended' : 'withdrawn';
}
