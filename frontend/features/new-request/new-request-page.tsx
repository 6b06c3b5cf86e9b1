import dynamic from 'next/dynamic';
import { strings } from '../../lib/strings.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/notice.tsx';
import { PageHeader } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { Skeleton } from '../../ui/skeleton.tsx';
import { useUser } from '../auth/session.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { useClusterOptions, useTeamOptions } from './use-request-options.ts';

const words = strings.newRequest;

// Comes beside the teams and clusters that it needs.
const NewRequestForm = dynamic(
  () => import('./new-request-form.tsx').then((module) => module.NewRequestForm),
  {
    ssr: false,
    loading: () => <Skeleton rows={5} />,
  },
);

export function NewRequestPage() {
  return (
    <div className="flex max-w-2xl flex-col gap-5">
      <PageTitle>{words.title}</PageTitle>
      <PageHeader title={words.title} />
      <FormWithOptions />
    </div>
  );
}

function FormWithOptions() {
  const teams = useTeamOptions(useUser());
  const clusters = useClusterOptions();
  const failed = teams.error ? teams : clusters.error ? clusters : undefined;
  if (failed) return <ProblemNotice error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!teams.teams || !clusters.data) return <Skeleton rows={5} />;
  if (teams.teams.length === 0)
    return (
      <EmptyState
        title={words.noTeam}
        text={words.noTeamText}
        action={<ButtonLink href="/teams/">{strings.home.toTeams}</ButtonLink>}
      />
    );
  return <NewRequestForm teams={teams.teams} clusters={clusters.data.results} />;
}
