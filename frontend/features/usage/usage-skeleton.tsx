import { strings } from '../../lib/strings.ts';
import { Panel, Section } from '../../ui/panel.tsx';
import { Bar, Skeleton, TableSkeleton } from '../../ui/skeleton.tsx';

const words = strings.usage;

/** A balance that is coming: what every one of them has, in its place. */
export function UsageSkeleton() {
  return (
    <div className="flex flex-col gap-8">
      <div className="flex min-h-13 flex-col gap-2">
        <Bar className="h-6 w-72 max-w-full" />
        <p className="text-soft">{words.about}</p>
      </div>
      <dl className="grid grid-cols-2 gap-4 sm:grid-cols-4">
        {[strings.balance.remaining, strings.balance.used, strings.balance.entitled, words.jobs].map(
          (name) => (
            <div key={name}>
              <dt className="text-xs text-soft">{name}</dt>
              <dd className="py-1">
                <Bar className="h-5 w-24" />
              </dd>
            </div>
          ),
        )}
      </dl>
      <CourseSkeleton />
    </div>
  );
}

/** The part that needs the usage of each day. */
export function CourseSkeleton() {
  return (
    <>
      <Panel className="p-4">
        <Skeleton rows={1} className="min-h-92 sm:min-h-88" />
      </Panel>
      <div className="grid gap-8 lg:grid-cols-2 lg:items-start">
        <Section title={words.days} className="min-w-0">
          <TableSkeleton rows={15} />
        </Section>
        <Section title={words.awards} className="min-w-0">
          <TableSkeleton rows={2} />
        </Section>
      </div>
    </>
  );
}
