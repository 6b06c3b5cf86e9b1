import dynamic from 'next/dynamic';
import { useMemo, useState } from 'react';
import type { Balance } from '../../lib/api/records.ts';
import { formatDay } from '../../lib/format/dates.ts';
import { formatServiceUnits } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { classNames } from '../../ui/class-names.ts';
import { Notice } from '../../ui/notice.tsx';
import { outlookText, standText } from './balance-text.ts';
import type { DayOfBalance } from './burn-down.ts';
import { forecastOf, type DayToCome } from './forecast.ts';
import { plotDaysOf } from './plot-days.ts';

const words = strings.usage;

// The library that draws weighs a sixth of a page, and is not needed to read it.
const Chart = dynamic(() => import('./burn-down-chart.tsx').then((module) => module.BurnDownChart), {
  ssr: false,
  loading: ({ error, retry }) => (error ? <ChartFailed onRetry={retry} /> : null),
});

const sizes = {
  full: { height: 288, frame: 'min-h-72' },
  small: { height: 160, frame: 'min-h-40' },
} as const;

interface BurnDownFigureProps {
  balance: Balance;
  history: readonly DayOfBalance[];
  size?: keyof typeof sizes;
}

/** How a balance came down, how it goes on at its pace, and the same in a sentence. */
export function BurnDownFigure({ balance, history, size = 'full' }: BurnDownFigureProps) {
  const [column, setColumn] = useState<number>();
  const forecast = useMemo(() => forecastOf(balance, history), [balance, history]);
  const plot = useMemo(() => plotDaysOf(history, forecast), [history, forecast]);
  const { height, frame } = sizes[size];
  const pointed = column === undefined ? undefined : [...history, ...forecast.days][column];
  return (
    <figure className="flex flex-col gap-3">
      <figcaption className="max-w-prose">
        {standText(balance)} {outlookText(forecast)}
      </figcaption>
      <div className={frame}>
        <Chart
          label={words.chart(balance.account, balance._cluster.name)}
          plot={plot}
          height={height}
          onPoint={setColumn}
        />
      </div>
      <Legend
        forecast={plot.forecast.some((value) => value !== null)}
        point={pointed && pointText(pointed, column ?? 0, history.length)}
      />
    </figure>
  );
}

function pointText({ day, remaining, awarded }: DayToCome, column: number, past: number): string | undefined {
  if (remaining === null) return undefined;
  const say = column < past ? words.point : words.pointToCome;
  return say(formatDay(day), formatServiceUnits(remaining), formatServiceUnits(awarded));
}

/** What each line is, and the figures of the day under the pointer. The table has them for everyone else. */
function Legend({ forecast, point }: { forecast: boolean; point: string | undefined }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-1 text-xs text-soft">
      <ul className="flex flex-wrap gap-x-4 gap-y-1">
        <Line look="border-solid border-accent">{words.lines.remaining}</Line>
        {forecast && <Line look="border-dashed border-accent">{words.lines.forecast}</Line>}
        <Line look="border-solid border-control">{words.lines.awarded}</Line>
      </ul>
      <p aria-hidden="true" className="min-h-4 tabular-nums">
        {point}
      </p>
    </div>
  );
}

function Line({ look, children }: { look: string; children: string }) {
  return (
    <li className="flex items-center gap-1.5">
      <span aria-hidden="true" className={classNames('w-5 border-t-2', look)} />
      {children}
    </li>
  );
}

function ChartFailed({ onRetry }: { onRetry: (() => void) | undefined }) {
  return (
    <Notice tone="warn" action={onRetry && <Button onClick={onRetry}>{strings.common.retry}</Button>}>
      <p>{words.chartFailed}</p>
    </Notice>
  );
}
