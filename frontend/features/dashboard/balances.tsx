import type { User } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { EmptyState, Notice } from '../../ui/notice.tsx';
import { Section } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { CardsSkeleton } from '../../ui/skeleton.tsx';
import { teamsOf } from '../teams/team-queries.ts';
import { BalanceCard } from './balance-card.tsx';
import { useBalances } from './use-balances.ts';

const words = strings.home;

/** The balances of all teams that a person is in. */
export function Balances({ user }: { user: User }) {
  return (
    <Section title={words.balances}>
      <BalanceCards teams={teamsOf(user)} />
    </Section>
  );
}

function BalanceCards({ teams }: { teams: readonly number[] }) {
  const { data, error, refetch, isPending } = useBalances(teams);
  if (teams.length === 0)
    return (
      <EmptyState
        title={words.noTeam}
        text={words.noTeamText}
        action={<ButtonLink href="/teams/">{words.toTeams}</ButtonLink>}
      />
    );
  if (isPending && !error) return <CardsSkeleton />;
  if (!data) return <ProblemNotice error={error} onRetry={() => void refetch()} />;
  if (data.count === 0) return <EmptyState title={words.noBalances} text={words.noBalancesText} />;
  return (
    <>
      {error && <Notice tone="warn">{strings.common.stale}</Notice>}
      <div className="grid gap-4 sm:grid-cols-2 lg:grid-cols-3">
        {data.results.map((balance) => (
          <BalanceCard key={`${balance.cluster}/${balance.account}`} balance={balance} />
        ))}
      </div>
    </>
  );
}
