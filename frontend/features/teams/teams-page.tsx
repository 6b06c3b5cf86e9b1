import { useState } from 'react';
import { strings } from '../../lib/strings.ts';
import { EmptyState } from '../../ui/notice.tsx';
import { Pager } from '../../ui/pager.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useUser } from '../auth/session.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { CreateTeamForm } from './create-team-form.tsx';
import { TeamCard } from './team-card.tsx';
import { TEAMS_SHOWN, useTeams } from './use-teams.ts';

const words = strings.teams;

export function TeamsPage() {
  return (
    <div className="flex flex-col gap-6">
      <PageTitle>{words.title}</PageTitle>
      <PageHeader title={words.title} />
      <div className="flex flex-col-reverse gap-8 lg:flex-row lg:items-start">
        <div className="flex min-w-0 flex-1 flex-col gap-6">
          <TeamList />
        </div>
        <div className="lg:w-80 lg:shrink-0">
          <CreateTeamForm />
        </div>
      </div>
    </div>
  );
}

function TeamList() {
  const user = useUser();
  const [page, setPage] = useState(0);
  const { data, error, refetch } = useTeams(user, page);
  const none = <EmptyState title={words.empty} text={words.emptyText} />;
  if (!user.is_staff && user._membership.length === 0) return none;
  if (!data) return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <Skeleton />;
  if (data.count === 0) return none;
  return (
    <>
      {data.results.map((team) => (
        <TeamCard key={team.id} team={team} />
      ))}
      <Pager count={data.count} size={TEAMS_SHOWN} page={page} onPage={setPage} />
    </>
  );
}
