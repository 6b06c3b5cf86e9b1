import dynamic from 'next/dynamic';
import { useState } from 'react';
import { strings } from '../../lib/strings.ts';
import { useDebounced } from '../../lib/debounced.ts';
import { Button } from '../../ui/button.tsx';
import { TextField } from '../../ui/field.tsx';
import { EmptyState } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useUser } from '../auth/session.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { PeopleTable } from './people-table.tsx';
import { PEOPLE_SHOWN, usePeople } from './use-people.ts';

const words = strings.people;

const CreateDialog = dynamic(
  () => import('./create-person-dialog.tsx').then((module) => module.CreatePersonDialog),
  {
    ssr: false,
  },
);

/** Who may sign in; for staff. */
export function PeoplePage() {
  const user = useUser();
  return (
    <div className="flex flex-col gap-5">
      <PageTitle>{words.title}</PageTitle>
      {user.is_staff ? (
        <People />
      ) : (
        <>
          <PageHeader title={words.title} />
          <EmptyState title={words.staffOnly} text={words.staffOnlyText} />
        </>
      )}
    </div>
  );
}

function People() {
  const [creating, setCreating] = useState(false);
  const [search, setSearch] = useState('');
  const [page, setPage] = useState(0);
  const { data, error, refetch } = usePeople(page, useDebounced(search.trim(), 300));
  return (
    <>
      <PageHeader
        title={words.title}
        action={
          <Button look="primary" onClick={() => setCreating(true)}>
            {words.create}
          </Button>
        }
      />
      <TextField
        label={words.search}
        className="max-w-sm"
        value={search}
        maxLength={200}
        onChange={(event) => {
          setSearch(event.target.value);
          setPage(0);
        }}
      />
      {!data && (error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <Skeleton />)}
      {data?.count === 0 && <EmptyState title={words.none} text={words.noneText} />}
      {data && data.count > 0 && (
        <>
          <PeopleTable people={data.results} />
          <Pager count={data.count} size={PEOPLE_SHOWN} page={page} onPage={setPage} />
        </>
      )}
      {creating && <CreateDialog onClose={() => setCreating(false)} />}
    </>
  );
}
