import uPlot from 'uplot';
import { tickDays, tickLabels, type PlotDays } from './plot-days.ts';

/** A drawing on the page, which lasts until it is ended. */
export interface Drawing {
  show(plot: PlotDays): void;
  end(): void;
}

export interface DrawingOptions {
  height: number;
  /** The column under the pointer, counted from the first day; undefined when it leaves. */
  onPoint: (column: number | undefined) => void;
}

const LABEL_WIDTH = 72;
const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** Draws on a canvas in the theme's colours of this moment: a canvas does not follow them by itself. */
export function drawBurnDown(host: HTMLElement, { height, onPoint }: DrawingOptions): Drawing {
  let shown: PlotDays = { days: [], awarded: [], remaining: [], forecast: [] };
  const chart = new uPlot(
    {
      width: host.clientWidth,
      height,
      // Room for half a label at the right.
      padding: [8, 20, 0, 0],
      legend: { show: false },
      cursor: { y: false, drag: { x: false, y: false } },
      scales: { x: { time: false }, y: { range: (_chart, low, high) => rangeOf(low, high) } },
      hooks: { setCursor: [({ cursor }) => onPoint(cursor.idx ?? undefined)] },
      ...looksOf(host, () => shown),
    },
    [[], [], [], []],
    host,
  );
  const observer = new ResizeObserver(() => chart.setSize({ width: host.clientWidth, height }));
  observer.observe(host);
  return {
    show(plot) {
      shown = plot;
      chart.setData([plot.days.map((_day, column) => column), plot.awarded, plot.remaining, plot.forecast]);
    },
    end() {
      observer.disconnect();
      chart.destroy();
    },
  };
}

/** From nothing, or the deepest debt, to a little more than the most. */
const rangeOf = (low: number | null, high: number | null): [number, number] => [
  Math.min(0, low ?? 0) * 1.05,
  Math.max(high ?? 0, 1) * 1.05,
];

function looksOf(host: HTMLElement, shown: () => PlotDays): Pick<uPlot.Options, 'series' | 'axes'> {
  const ink = inksOf(host);
  const font = `12px ${getComputedStyle(host).fontFamily}`;
  const axis = { stroke: ink('text-soft'), font, ticks: { show: false } };
  const grid = { stroke: ink('text-line'), width: 1 };
  // A line of one point would not be seen.
  const isAlone = () => shown().remaining.filter((value) => value !== null).length === 1;
  return {
    series: [
      {},
      { stroke: ink('text-control'), width: 1.5, paths: steps, points: { show: false } },
      {
        stroke: ink('text-accent'),
        width: 2,
        fill: ink('text-accent-wash'),
        points: { show: isAlone, size: 8, fill: ink('text-accent') },
      },
      { stroke: ink('text-accent'), width: 2, dash: [5, 4], points: { show: false } },
    ],
    axes: [
      {
        ...axis,
        // A year takes a line of its own.
        size: (_chart, labels) => (labels?.some((label) => label.includes('\n')) ? 44 : 28),
        grid: { show: false },
        splits: (chart) => ticksOf(chart, shown()),
        values: (_chart, columns) => tickLabels(columns.map((at) => shown().days[at] ?? '')),
      },
      { ...axis, size: 54, grid, values: (_chart, values) => values.map((value) => compact.format(value)) },
    ],
  };
}

/** An award holds its figure until the day on which another begins or ends. */
const steps: uPlot.Series.PathBuilder = (chart, series, from, to) =>
  uPlot.paths.stepped?.({ align: 1 })(chart, series, from, to) ?? null;

function ticksOf(chart: uPlot, { days }: PlotDays): number[] {
  const [first, last] = [days[0], days.at(-1)];
  if (first === undefined || last === undefined) return [];
  const most = Math.max(2, Math.floor(chart.bbox.width / uPlot.pxRatio / LABEL_WIDTH));
  return tickDays(first, last, most).map((day) => days.indexOf(day));
}

/** What the kit's colours are right now, by the class that gives them. */
function inksOf(host: HTMLElement): (className: string) => string {
  return (className) => {
    const probe = document.createElement('span');
    probe.className = className;
    host.append(probe);
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  };
}
