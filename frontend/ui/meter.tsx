import { Meter as BaseMeter } from '@base-ui/react/meter';
import { classNames } from './class-names.ts';

const tones = { accent: 'bg-accent', warn: 'bg-warn', bad: 'bg-bad' } as const;

interface MeterProps {
  /** What the bar shows, in words. */
  label: string;
  /** 0 to 100; more is shown as full. */
  percent: number;
  tone?: keyof typeof tones;
}

/** How much of something is used. Drawn by script only: a style attribute in the page would break its policy. */
export function Meter({ label, percent, tone = 'accent' }: MeterProps) {
  const shown = Math.min(100, Math.max(0, percent));
  return (
    <BaseMeter.Root value={shown} aria-valuetext={label} aria-label={label}>
      <BaseMeter.Track className="h-1.5 overflow-hidden rounded-full bg-sunken">
        <BaseMeter.Indicator
          className={classNames('rounded-full transition-[width] duration-500', tones[tone])}
        />
      </BaseMeter.Track>
    </BaseMeter.Root>
  );
}
