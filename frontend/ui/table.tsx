import type { ComponentProps } from 'react';
import { classNames } from './class-names.ts';

/** Rows of records. What does not fit scrolls inside, by key as well. */
export function Table({ label, className, ...rest }: ComponentProps<'table'> & { label: string }) {
  return (
    <div
      role="group"
      aria-label={label}
      tabIndex={0}
      className="overflow-x-auto rounded-lg border border-line bg-surface"
    >
      <table {...rest} aria-label={label} className={classNames('w-full border-collapse', className)} />
    </div>
  );
}

export function HeadCell({ className, ...rest }: ComponentProps<'th'>) {
  return (
    <th
      scope="col"
      {...rest}
      className={classNames(
        'border-b border-line px-3 py-2 text-left text-xs font-medium text-soft',
        className,
      )}
    />
  );
}

export function Row(props: ComponentProps<'tr'>) {
  return <tr {...props} className={classNames('border-t border-line first:border-t-0', props.className)} />;
}

const cell = 'px-3 py-2 align-baseline';

export function Cell({ className, ...rest }: ComponentProps<'td'>) {
  return <td {...rest} className={classNames(cell, className)} />;
}

/** The cell that names its row. */
export function RowHead({ className, ...rest }: ComponentProps<'th'>) {
  return <th scope="row" {...rest} className={classNames(cell, 'text-left font-medium', className)} />;
}

/** Right-aligned figures whose digits stand under each other. */
export const figures = 'text-right tabular-nums';
