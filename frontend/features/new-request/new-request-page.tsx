import { strings } from '../../lib/strings.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/notice.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { useUser } from '../auth/session.tsx';
import { Page } from '../shell/page.tsx';
import { NewRequestForm } from './new-request-form.tsx';
import { useClusterOptions, useTeamOptions } from './use-request-options.ts';

const words = strings.newRequest;

// The form itself, so that what it will ask can be read from the first moment.
const waitingForm = <NewRequestForm waiting teams={[]} clusters={[]} />;

export function NewRequestPage() {
  return (
    <Page title={words.title} about={words.about} loading={waitingForm} className="max-w-2xl">
      <FormWithOptions />
    </Page>
  );
}

function FormWithOptions() {
  const teams = useTeamOptions(useUser());
  const clusters = useClusterOptions();
  const failed = teams.error ? teams : clusters.error ? clusters : undefined;
  if (failed) return <ProblemNotice error={failed.error} onRetry={() => void failed.refetch()} />;
  if (!teams.teams || !clusters.data) return waitingForm;
  if (teams.teams.length === 0)
    return (
      <EmptyState
        title={words.noTeam}
        text={words.noTeamText}
        action={<ButtonLink href="/teams/">{strings.home.toTeams}</ButtonLink>}
      />
    );
  // Anew, for its first values follow from what has come.
  return <NewRequestForm key="ready" teams={teams.teams} clusters={clusters.data.results} />;
}
