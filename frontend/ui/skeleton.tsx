import type { ReactNode } from 'react';
import { strings } from '../lib/strings.ts';
import { classNames } from './class-names.ts';

const bone = 'animate-pulse rounded-lg bg-line';

/** A bar where a word or a figure will stand. */
export const Bar = ({ className = 'h-4 w-24' }: { className?: string }) => (
  <span aria-hidden="true" className={classNames('block', bone, className)} />
);

/** Says that something is coming; what it looks like is told to the eye alone. */
function Coming({ className, children }: { className?: string | undefined; children: ReactNode }) {
  return (
    <div role="status" className={className}>
      <span className="sr-only">{strings.common.loading}</span>
      {children}
    </div>
  );
}

const repeat = (count: number, part: (index: number) => ReactNode) =>
  Array.from({ length: count }, (_, index) => part(index));

/** The shape of what is coming, so that nothing jumps when it comes. */
export function Skeleton({ rows = 3, className }: { rows?: number; className?: string }) {
  return (
    <Coming className={classNames('flex flex-col gap-3', className)}>
      {repeat(rows, (row) => (
        <div key={row} className={`h-10 ${bone}`} />
      ))}
    </Coming>
  );
}

/** A table that is coming, with a head and rows as high as those of one line. */
export function TableSkeleton({ rows = 5 }: { rows?: number }) {
  return (
    <Coming className="divide-y divide-line rounded-lg border border-line bg-surface">
      <div className="flex h-8 items-center justify-between px-3">
        <Bar className="h-2.5 w-12" />
        <Bar className="h-2.5 w-12" />
      </div>
      {repeat(rows, (row) => (
        <div key={row} className="flex h-9.5 items-center justify-between gap-6 px-3">
          <Bar className={row % 2 === 0 ? 'h-3.5 w-1/3' : 'h-3.5 w-2/5'} />
          <Bar className="h-3.5 w-16" />
        </div>
      ))}
    </Coming>
  );
}

/** Cards that are coming, side by side where there is room. */
export function CardsSkeleton({ cards = 3 }: { cards?: number }) {
  return (
    <Coming className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
      {repeat(cards, (card) => (
        <div key={card} className="flex h-47 flex-col gap-5 rounded-lg border border-line bg-surface p-4">
          <Bar className="h-4 w-3/5" />
          <Bar className="h-7 w-2/5" />
          <Bar className="h-1.5 w-full" />
          <Bar className="h-8 w-full" />
        </div>
      ))}
    </Coming>
  );
}

/** A list that is coming, with what it is searched by above it. */
export const ListSkeleton = ({ rows = 8 }: { rows?: number }) => (
  <div className="flex flex-col gap-5">
    <Bar className="h-15 w-full max-w-64" />
    <TableSkeleton rows={rows} />
  </div>
);
