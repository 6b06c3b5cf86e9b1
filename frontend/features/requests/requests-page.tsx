import { useRouter } from 'next/router';
import { useId } from 'react';
import type { RequestStatus } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { SelectField } from '../../ui/field.tsx';
import { EmptyState, Notice } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { listAddress, readListState, type ListState } from './list-state.ts';
import { RequestTable } from './request-table.tsx';
import { useRequests } from './use-requests.ts';

const words = strings.requests;
const SIZE = 25;
const statuses: readonly RequestStatus[] = ['PD', 'CR', 'AP', 'DC'];

/** All requests that a person may see; the filter stands in the address, so it can be kept and passed on. */
export function RequestsPage() {
  const router = useRouter();
  const state = readListState(router.query);
  const show = (next: ListState) =>
    void router.replace(listAddress('/requests/', next), undefined, { shallow: true });
  return (
    <div className="flex flex-col gap-5">
      <PageTitle>{words.title}</PageTitle>
      <PageHeader
        title={words.title}
        action={
          <ButtonLink look="primary" href="/requests/new/">
            {strings.home.ask}
          </ButtonLink>
        }
      />
      <StatusFilter value={state.status} onChoose={(status) => show({ status, page: 0 })} />
      {router.isReady ? <Results state={state} show={show} /> : <Skeleton />}
    </div>
  );
}

function StatusFilter({
  value,
  onChoose,
}: {
  value: RequestStatus | undefined;
  onChoose: (status: RequestStatus | undefined) => void;
}) {
  const none = useId();
  return (
    <SelectField
      label={words.filter}
      className="w-48"
      value={value ?? none}
      onChange={(event) => onChoose(statuses.find((status) => status === event.target.value))}
    >
      <option value={none}>{words.anyStatus}</option>
      {statuses.map((status) => (
        <option key={status} value={status}>
          {words.status[status]}
        </option>
      ))}
    </SelectField>
  );
}

function Results({ state, show }: { state: ListState; show: (next: ListState) => void }) {
  const { status, page } = state;
  const { data, error, refetch } = useRequests({
    ...(status ? { status } : {}),
    _limit: SIZE,
    _offset: page * SIZE,
    _order: '-submitted',
  });
  if (!data) return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <Skeleton />;
  if (data.count === 0)
    return status ? (
      <EmptyState title={words.noMatch} text={words.noMatchText} />
    ) : (
      <EmptyState title={words.empty} text={words.emptyText} />
    );
  return (
    <>
      {error && <Notice tone="warn">{strings.common.stale}</Notice>}
      <RequestTable requests={data.results} />
      <Pager count={data.count} size={SIZE} page={page} onPage={(next) => show({ ...state, page: next })} />
    </>
  );
}
