import type { RequestStatus } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { ButtonLink } from '../../ui/button.tsx';
import { PageHeader, Section } from '../../ui/panel.tsx';
import { useUser } from '../auth/session.tsx';
import { listAddress } from '../requests/list-state.ts';
import { RequestList } from '../requests/request-list.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { Balances } from './balances.tsx';

const words = strings.home;
const SHOWN = 10;

export function HomePage() {
  const user = useUser();
  const teams = user._membership.map((membership) => membership.team);
  return (
    <div className="flex flex-col gap-8">
      <PageTitle>{words.title}</PageTitle>
      <PageHeader
        title={words.title}
        action={
          <ButtonLink look="primary" href="/requests/new/">
            {words.ask}
          </ButtonLink>
        }
      />
      {user.is_staff && (
        <Section title={words.waiting} action={<AllRequests status="PD" />}>
          <RequestList
            query={{ status: 'PD', _limit: SHOWN, _order: 'submitted' }}
            empty={words.nothingWaiting}
          />
        </Section>
      )}
      {(teams.length > 0 || !user.is_staff) && <Balances user={user} />}
      {teams.length > 0 && (
        <Section title={words.requests} action={<AllRequests />}>
          <RequestList query={{ team__in: teams, _limit: SHOWN, _order: '-submitted' }} />
        </Section>
      )}
    </div>
  );
}

function AllRequests({ status }: { status?: RequestStatus }) {
  return (
    <ButtonLink look="quiet" className="-mr-3.5" href={listAddress('/requests/', { status, page: 0 })}>
      {status ? words.allWaiting : words.all}
    </ButtonLink>
  );
}
