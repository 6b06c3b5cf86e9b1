import { useId, type ComponentProps, type ReactNode } from 'react';
import { classNames } from './class-names.ts';

/** A sheet on the page. */
export function Panel({ className, ...rest }: ComponentProps<'div'>) {
  return <div {...rest} className={classNames('rounded-lg border border-line bg-surface', className)} />;
}

interface SectionProps {
  title: string;
  /** Beside the title, such as a button. */
  action?: ReactNode;
  children: ReactNode;
  className?: string;
}

/** A titled part of a page. */
export function Section({ title, action, children, className }: SectionProps) {
  const id = useId();
  return (
    <section aria-labelledby={id} className={classNames('flex flex-col gap-3', className)}>
      <div className="flex min-h-9 flex-wrap items-center justify-between gap-2">
        <h2 id={id} className="text-base font-semibold">
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  );
}

/** The top of a page: its name, what it is about, and what can be done here. */
export function PageHeader({
  title,
  about,
  action,
}: {
  title: string;
  about?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <header className="flex min-h-9 flex-wrap items-start justify-between gap-x-6 gap-y-3">
      <div className="flex min-w-0 flex-col gap-1">
        <h1 className="text-xl font-semibold tracking-tight wrap-anywhere">{title}</h1>
        {about && <div className="text-soft">{about}</div>}
      </div>
      {action}
    </header>
  );
}
