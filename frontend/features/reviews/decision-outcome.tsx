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
  const withdrawn = data.status_before === 'AP' && data.request.status === 'DC';
  return <Notice tone="good">{words.done[withdrawn ? 'withdrawn' : data.request.status]}</Notice>;
}
