import dynamic from 'next/dynamic';
import type { RequestStatus } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { Section } from '../../ui/panel.tsx';
import { CardsSkeleton, TableSkeleton } from '../../ui/skeleton.tsx';
import { listAddress } from '../../lib/list/list-state.ts';
import { useUser } from '../auth/session.tsx';
import { RequestList } from '../requests/request-list.tsx';
import { newestRequestsOf, waitingRequests } from '../requests/request-queries.ts';
import { Page } from '../shell/page.tsx';
import { teamsOf } from '../teams/team-queries.ts';
import { Balances } from './balances.tsx';

const words = strings.home;

// Below what one comes for.
const BalanceCourses = dynamic(
  () => import('../usage/balance-courses.tsx').then((module) => module.BalanceCourses),
  { ssr: false },
);

export function HomePage() {
  return (
    <Page
      title={words.title}
      about={words.about}
      action={
        <ButtonLink look="primary" href="/requests/new/">
          {words.ask}
        </ButtonLink>
      }
      loading={<HomeSkeleton />}
    >
      <HomeSections />
    </Page>
  );
}

/** What waits stands first for staff, balances for everybody else: the skeleton promises neither. */
function HomeSkeleton() {
  return (
    <div className="flex flex-col gap-8">
      <CardsSkeleton />
      <TableSkeleton />
    </div>
  );
}

function HomeSections() {
  const user = useUser();
  const teams = teamsOf(user);
  return (
    <div className="flex flex-col gap-8">
      {user.is_staff && (
        <Section title={words.waiting} action={<AllRequests status="PD" />}>
          <RequestList query={waitingRequests} empty={words.nothingWaiting} />
        </Section>
      )}
      {(teams.length > 0 || !user.is_staff) && <Balances user={user} />}
      {teams.length > 0 && (
        <Section title={words.requests} action={<AllRequests />}>
          <RequestList query={newestRequestsOf(teams)} />
        </Section>
      )}
      <BalanceCourses teams={teams} />
    </div>
  );
}

function AllRequests({ status }: { status?: RequestStatus }) {
  return (
    <ButtonLink look="quiet" className="-mr-3.5" href={listAddress('/requests/', { status })}>
      {status ? words.allWaiting : words.all}
    </ButtonLink>
  );
}
