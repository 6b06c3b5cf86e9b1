import dynamic from 'next/dynamic';
import { strings } from '../../lib/strings.ts';
import { readListState, type ListState } from '../../lib/list/list-state.ts';
import { useListAddress } from '../../lib/list/use-list-address.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, Notice } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { ListSkeleton, TableSkeleton } from '../../ui/skeleton.tsx';
import { StaffPage } from '../shell/staff-page.tsx';
import { PEOPLE_SHOWN } from './people-queries.ts';
import { PeopleTable } from './people-table.tsx';
import { usePeople } from './use-people.ts';

const words = strings.people;

const CreateDialog = dynamic(
  () => import('./create-person-dialog.tsx').then((module) => module.CreatePersonDialog),
  {
    ssr: false,
  },
);

/** Who may sign in; for staff. */
export function PeoplePage() {
  return (
    <StaffPage words={words} loading={<ListSkeleton />} CreateDialog={CreateDialog}>
      {() => <People />}
    </StaffPage>
  );
}

function People() {
  const { ready, state, show } = useListAddress('/people/', readListState);
  if (!ready) return <ListSkeleton />;
  return (
    <>
      <SearchField
        label={words.search}
        className="max-w-sm"
        value={state.search}
        onSearch={(search) => show({ search, page: 0 })}
      />
      <Results state={state} show={show} />
    </>
  );
}

function Results({ state, show }: { state: ListState; show: (next: ListState) => void }) {
  const { data, error, refetch } = usePeople(state);
  if (!data)
    return error ? (
      <ProblemNotice error={error} onRetry={() => void refetch()} />
    ) : (
      <TableSkeleton rows={8} />
    );
  if (data.results.length === 0)
    return (
      <EmptyState
        title={words.none}
        text={words.noneText}
        action={<Button onClick={() => show({ search: '', page: 0 })}>{words.showAll}</Button>}
      />
    );
  return (
    <>
      {error && <Notice tone="warn">{strings.common.stale}</Notice>}
      <PeopleTable people={data.results} />
      <Pager
        count={data.count}
        size={PEOPLE_SHOWN}
        page={state.page}
        onPage={(page) => show({ ...state, page })}
      />
    </>
  );
}
