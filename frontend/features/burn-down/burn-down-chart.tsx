import { useEffect, useRef } from 'react';
import { useScheme } from '../../lib/theme.ts';
import { drawBurnDown, type Drawing, type DrawingOptions } from './draw-burn-down.ts';
import type { PlotDays } from './plot-days.ts';

interface BurnDownChartProps extends DrawingOptions {
  /** What it shows, in words. */
  label: string;
  plot: PlotDays;
}

/** The burn-down on a canvas. What it shows has to stand beside it in words, for those who do not see it. */
export function BurnDownChart({ label, plot, height, onPoint }: BurnDownChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const drawing = useRef<Drawing>(null);
  const scheme = useScheme();
  useEffect(() => {
    if (!host.current) return;
    const drawn = drawBurnDown(host.current, { height, onPoint });
    drawing.current = drawn;
    return () => drawn.end();
  }, [scheme, height, onPoint]);
  // After each new drawing as well, which is empty.
  useEffect(() => drawing.current?.show(plot), [plot, scheme, height, onPoint]);
  return <div ref={host} role="img" aria-label={label} className="min-w-0" />;
}
