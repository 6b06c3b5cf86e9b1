import type { Decision, DecisionEffect } from '../../lib/api/records.ts';
import { today } from '../../lib/format/dates.ts';
import { formatServiceUnits, formatUsed } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { classNames } from '../../ui/class-names.ts';
import { Notice } from '../../ui/notice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { awardWarnings } from './award-warnings.ts';
import { useDecisionPreview } from './use-decision.ts';

const words = strings.review;

interface DecisionPreviewProps {
  request: number;
  /** Undefined while the form is not complete. */
  decision: Decision | undefined;
}

/** The decision's dry run: each balance before and after. */
export function DecisionPreview({ request, decision }: DecisionPreviewProps) {
  const { data, error, isFetching, isPlaceholderData, refetch } = useDecisionPreview(request, decision);
  if (!decision) return <p className="text-soft">{words.previewIncomplete}</p>;
  if (error) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  if (!data) return <Skeleton rows={2} />;
  const warnings = decision.status === 'AP' ? awardWarnings(decision, today()) : [];
  return (
    <div
      aria-busy={isFetching}
      className={classNames('flex flex-col gap-4 transition-opacity', isPlaceholderData && 'opacity-60')}
    >
      {warnings.length > 0 && (
        <Notice tone="warn">
          {warnings.map((warning) => (
            <p key={warning}>{warning}</p>
          ))}
        </Notice>
      )}
      {data.effects.length === 0 && <p className="text-soft">{words.noEffect}</p>}
      {data.effects.map((effect) => (
        <EffectTable key={`${effect.cluster}/${effect.account}`} effect={effect} />
      ))}
    </div>
  );
}

function EffectTable({ effect }: { effect: DecisionEffect }) {
  const name = strings.balance.name(effect.account, effect._cluster.name);
  return (
    <table aria-label={name} className="w-full table-fixed border-collapse tabular-nums">
      <thead>
        <tr className="text-xs text-soft">
          <th scope="col" className="py-1 text-left text-sm font-semibold text-ink">
            {effect._cluster.name}
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            {words.column.before}
          </th>
          <th scope="col" className="py-1 text-right font-medium">
            {words.column.after}
          </th>
        </tr>
      </thead>
      <tbody>
        <Figure
          name={strings.balance.entitled}
          before={effect.entitled_before}
          after={effect.entitled_after}
        />
        <Figure
          name={strings.balance.used}
          before={effect.used}
          after={effect.used}
          limits={[effect.entitled_before, effect.entitled_after]}
        />
        <Figure
          name={strings.balance.remaining}
          before={effect.remaining_before}
          after={effect.remaining_after}
          strong
        />
      </tbody>
    </table>
  );
}

interface FigureProps {
  name: string;
  before: number;
  after: number;
  /** For what was used: of how much, before and after. */
  limits?: readonly [before: number, after: number];
  strong?: boolean;
}

function Figure({ name, before, after, limits, strong = false }: FigureProps) {
  const look = before === after ? 'text-soft' : after < before ? 'text-bad' : 'text-good';
  return (
    <tr className={classNames('border-t border-line', strong && 'font-semibold')}>
      <th scope="row" className={classNames('py-1.5 text-left', strong ? 'font-semibold' : 'font-normal')}>
        {name}
      </th>
      <td className="py-1.5 text-right">
        {limits ? formatUsed(before, limits[0]) : formatServiceUnits(before)}
      </td>
      <td className={classNames('py-1.5 text-right', look)}>
        {limits ? formatUsed(after, limits[1]) : formatServiceUnits(after)}
      </td>
    </tr>
  );
}
