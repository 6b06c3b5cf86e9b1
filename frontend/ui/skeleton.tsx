import { strings } from '../lib/strings.ts';
import { classNames } from './class-names.ts';

/** The shape of what is coming, so that nothing jumps when it comes. */
export function Skeleton({ rows = 3, className }: { rows?: number; className?: string }) {
  return (
    <div role="status" className={classNames('flex flex-col gap-3', className)}>
      <span className="sr-only">{strings.common.loading}</span>
      {Array.from({ length: rows }, (_, row) => (
        <div key={row} className="h-10 animate-pulse rounded-lg bg-line" />
      ))}
    </div>
  );
}
