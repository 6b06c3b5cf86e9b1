import type { User } from '../../lib/api/records.ts';
import { readListState, type ListState } from '../../lib/list/list-state.ts';
import { useListAddress } from '../../lib/list/use-list-address.ts';
import { strings } from '../../lib/strings.ts';
import { Button } from '../../ui/button.tsx';
import { EmptyState, Notice } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { SearchField } from '../../ui/search-field.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useUser } from '../auth/session.tsx';
import { Page } from '../shell/page.tsx';
import { CreateTeamForm } from './create-team-form.tsx';
import { TeamCard } from './team-card.tsx';
import { TEAMS_SHOWN } from './team-queries.ts';
import { useTeams } from './use-teams.ts';

const words = strings.teams;
/** So many teams show their members at once; of more one opens what one looks for. */
const OPEN_TEAMS = 2;

export function TeamsPage() {
  return (
    <Page title={words.title} about={words.about} loading={<TeamsSkeleton />}>
      <div className="flex flex-col gap-8 lg:flex-row lg:items-start">
        <div className="flex min-w-0 flex-1 flex-col gap-4">
          <TeamList />
        </div>
        <div className="lg:w-80 lg:shrink-0">
          <CreateTeamForm />
        </div>
      </div>
    </Page>
  );
}

const TeamsSkeleton = () => (
  <div className="flex flex-col gap-4 lg:mr-88">
    <Skeleton rows={5} />
  </div>
);

function TeamList() {
  const user = useUser();
  const { ready, state, show } = useListAddress('/teams/', readListState);
  if (!user.is_staff && user._membership.length === 0)
    return <EmptyState title={words.empty} text={words.emptyText} />;
  if (!ready) return <TeamsSkeleton />;
  return (
    <>
      {(user.is_staff || user._membership.length > TEAMS_SHOWN) && (
        <SearchField
          label={words.search}
          className="max-w-sm"
          value={state.search}
          onSearch={(search) => show({ search, page: 0 })}
        />
      )}
      <Results user={user} state={state} show={show} />
    </>
  );
}

interface ResultsProps {
  user: User;
  state: ListState;
  show: (next: ListState) => void;
}

function Results({ user, state, show }: ResultsProps) {
  const { data, error, refetch } = useTeams(user, state);
  if (!data)
    return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <TeamsSkeleton />;
  if (data.results.length === 0)
    return state.search === '' && state.page === 0 ? (
      <EmptyState title={words.none} text={words.noneText} />
    ) : (
      <EmptyState
        title={words.noMatch}
        text={words.noMatchText}
        action={<Button onClick={() => show({ search: '', page: 0 })}>{words.showAll}</Button>}
      />
    );
  return (
    <>
      {error && <Notice tone="warn">{strings.common.stale}</Notice>}
      {data.results.map((team) => (
        <TeamCard key={team.id} team={team} open={data.results.length <= OPEN_TEAMS} />
      ))}
      <Pager
        count={data.count}
        size={TEAMS_SHOWN}
        page={state.page}
        onPage={(page) => show({ ...state, page })}
      />
    </>
  );
}
