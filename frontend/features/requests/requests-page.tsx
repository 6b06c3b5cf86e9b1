import { strings } from '../../lib/strings.ts';
import { useListAddress } from '../../lib/list/use-list-address.ts';
import { Button, ButtonLink } from '../../ui/button.tsx';
import { EmptyState, Notice } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { ListSkeleton, TableSkeleton } from '../../ui/skeleton.tsx';
import { Page } from '../shell/page.tsx';
import { RequestFilters } from './request-filters.tsx';
import { listedRequests, REQUESTS_SHOWN } from './request-queries.ts';
import { RequestTable } from './request-table.tsx';
import { readRequestsListState, type RequestsListState } from './requests-list-state.ts';
import { useRequests } from './use-requests.ts';

const words = strings.requests;

/** All requests that a person may see. */
export function RequestsPage() {
  const { ready, state, show } = useListAddress('/requests/', readRequestsListState);
  return (
    <Page
      title={words.title}
      about={words.about}
      action={
        <ButtonLink look="primary" href="/requests/new/">
          {strings.home.ask}
        </ButtonLink>
      }
      loading={<ListSkeleton />}
    >
      {ready ? (
        <>
          <RequestFilters state={state} show={show} />
          <Results state={state} show={show} />
        </>
      ) : (
        <ListSkeleton />
      )}
    </Page>
  );
}

interface ResultsProps {
  state: RequestsListState;
  show: (next: RequestsListState) => void;
}

function Results({ state, show }: ResultsProps) {
  const { data, error, refetch } = useRequests(listedRequests(state));
  if (!data)
    return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <TableSkeleton />;
  if (data.results.length === 0) return <NoRequests state={state} show={show} />;
  return (
    <>
      {error && <Notice tone="warn">{strings.common.stale}</Notice>}
      <RequestTable requests={data.results} />
      <Pager
        count={data.count}
        size={REQUESTS_SHOWN}
        page={state.page}
        onPage={(page) => show({ ...state, page })}
      />
    </>
  );
}

/** Nothing at all, or nothing of what the address asks for. */
function NoRequests({ state: { status, team, search, page }, show }: ResultsProps) {
  if (!status && team === undefined && search === '' && page === 0)
    return (
      <EmptyState
        title={words.empty}
        text={words.emptyText}
        action={<ButtonLink href="/requests/new/">{strings.home.ask}</ButtonLink>}
      />
    );
  const all = () => show({ status: undefined, team: undefined, search: '', page: 0 });
  return (
    <EmptyState
      title={words.noMatch}
      text={words.noMatchText}
      action={<Button onClick={all}>{words.showAll}</Button>}
    />
  );
}
