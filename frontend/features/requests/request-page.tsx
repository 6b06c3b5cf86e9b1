import { KeystoneProblem } from '@keystone/client/client.ts';
import dynamic from 'next/dynamic';
import type { ReactNode } from 'react';
import type { AllocationRequest } from '../../lib/api/records.ts';
import { formatDay, formatMoment } from '../../lib/format/dates.ts';
import { strings } from '../../lib/strings.ts';
import { Notice } from '../../ui/notice.tsx';
import { PageHeader, Panel, Section } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useUser } from '../auth/session.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { RequestUsage } from '../usage/request-usage.tsx';
import { AllocationTable } from './allocation-table.tsx';
import { NoSuchRequest } from './no-such-request.tsx';
import { RequestHistory } from './request-history.tsx';
import { RequestSkeleton } from './request-skeleton.tsx';
import { StatusBadge } from './status-badge.tsx';
import { useRequest } from './use-requests.ts';

const words = strings.requests;

// Its form weighs more than the page, and most readers never see it.
const ReviewPanel = dynamic(
  () => import('../reviews/review-panel.tsx').then((module) => module.ReviewPanel),
  {
    ssr: false,
    loading: () => <Skeleton rows={4} />,
  },
);

export function RequestPage({ id }: { id: number }) {
  const user = useUser();
  const { data, error, refetch } = useRequest(id);
  if (error instanceof KeystoneProblem && [403, 404].includes(error.status)) return <NoSuchRequest />;
  if (!data)
    return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <RequestSkeleton />;
  const { request, etag } = data;
  return (
    <div className="flex flex-col gap-6">
      <PageTitle>{words.one(id)}</PageTitle>
      <PageHeader title={request.title} about={<About request={request} />} />
      {error && <Notice tone="warn">{strings.common.stale}</Notice>}
      <div className="flex flex-col gap-8 lg:flex-row lg:items-start">
        <div className="flex min-w-0 flex-1 flex-col gap-8">
          <Facts request={request} />
          <Section title={words.allocations}>
            <AllocationTable allocations={request._allocations} />
          </Section>
          {request.status === 'AP' && <RequestUsage request={request} />}
          <RequestHistory request={request} />
        </div>
        {user.is_staff && (
          <div className="lg:w-96 lg:shrink-0">
            <ReviewPanel request={request} etag={etag} />
          </div>
        )}
      </div>
    </div>
  );
}

function About({ request }: { request: AllocationRequest }) {
  return (
    <div className="flex flex-wrap items-center gap-x-3 gap-y-1">
      <StatusBadge status={request.status} />
      <span>{words.submittedBy(request._submitter.display_name, formatMoment(request.submitted))}</span>
      <span>{words.one(request.id)}</span>
    </div>
  );
}

function Facts({ request }: { request: AllocationRequest }) {
  const { active, expire, _team: team, _assignees: assignees } = request;
  return (
    <Section title={words.details}>
      <Panel className="p-4">
        <dl className="grid gap-4 sm:grid-cols-2">
          <Fact name={words.team}>
            {team.name} <span className="font-mono text-xs text-soft">{team.slug}</span>
          </Fact>
          {active && (
            <Fact name={words.period}>{words.window(formatDay(active), expire && formatDay(expire))}</Fact>
          )}
          {assignees.length > 0 && (
            <Fact name={words.assignees}>{assignees.map(({ display_name }) => display_name).join(', ')}</Fact>
          )}
          <Fact name={words.description} className="sm:col-span-2">
            <span className="whitespace-pre-wrap">{request.description}</span>
          </Fact>
        </dl>
      </Panel>
    </Section>
  );
}

function Fact({ name, className, children }: { name: string; className?: string; children: ReactNode }) {
  return (
    <div className={className}>
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="wrap-anywhere">{children}</dd>
    </div>
  );
}
