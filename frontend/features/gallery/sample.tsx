import type { ReactNode } from 'react';
import { Panel, Section } from '../../ui/panel.tsx';

/** One part of the kit with its states side by side. */
export function Sample({
  title,
  children,
  stacked = false,
}: {
  title: string;
  children: ReactNode;
  stacked?: boolean;
}) {
  return (
    <Section title={title}>
      <Panel className={stacked ? 'flex flex-col gap-4 p-4' : 'flex flex-wrap items-start gap-4 p-4'}>
        {children}
      </Panel>
    </Section>
  );
}
