import type { ReactNode } from 'react';
import { classNames } from '../../ui/class-names.ts';
import { PageHeader } from '../../ui/panel.tsx';
import { SignedIn } from '../auth/session.tsx';
import { PageTitle } from './page-title.tsx';

interface PageProps {
  title: string;
  about?: ReactNode;
  action?: ReactNode;
  /** Stands in the exported page, in the shape of what comes. */
  loading: ReactNode;
  className?: string;
  children: ReactNode;
}

/** A page whose head is there before anything is known of the reader; the rest waits for who is signed in. */
export function Page({ title, about, action, loading, className, children }: PageProps) {
  return (
    <div className={classNames('flex flex-col gap-5', className)}>
      <PageTitle>{title}</PageTitle>
      <PageHeader title={title} about={about} action={action} />
      <SignedIn loading={loading}>{children}</SignedIn>
    </div>
  );
}
