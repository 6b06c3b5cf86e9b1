import { strings } from '../../lib/strings.ts';
import { Panel, Section } from '../../ui/panel.tsx';
import { Bar, Skeleton, TableSkeleton } from '../../ui/skeleton.tsx';

const words = strings.requests;

/** A request that is coming: what every one of them has, in its place. */
export function RequestSkeleton() {
  return (
    <div className="flex flex-col gap-6">
      <div className="flex min-h-13 flex-col gap-2">
        <Bar className="h-6 w-72 max-w-full" />
        <Bar className="h-4 w-96 max-w-full" />
      </div>
      <div className="flex flex-col gap-8">
        <Section title={words.details}>
          <Panel className="flex flex-col gap-2 p-4">
            <p className="text-xs text-soft">{words.team}</p>
            <Bar className="h-4 w-40" />
            <p className="mt-2 text-xs text-soft">{words.description}</p>
            <Bar className="h-4 w-full" />
            <Bar className="h-4 w-3/4" />
          </Panel>
        </Section>
        <Section title={words.allocations}>
          <TableSkeleton rows={1} />
        </Section>
        <Section title={words.history}>
          <Skeleton rows={2} />
        </Section>
      </div>
    </div>
  );
}
