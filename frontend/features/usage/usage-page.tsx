import { KeystoneProblem } from '@keystone/client/client.ts';
import type { Balance } from '../../lib/api/records.ts';
import { formatServiceUnits, formatUsed } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { EmptyState, Notice } from '../../ui/notice.tsx';
import { PageHeader, Panel, Section } from '../../ui/panel.tsx';
import { ProblemNotice } from '../../ui/problem-notice.tsx';
import { BurnDownFigure } from '../burn-down/burn-down-figure.tsx';
import { BalanceBadge } from '../dashboard/balance-badge.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { AwardTable } from './award-table.tsx';
import { DayTable } from './day-table.tsx';
import { NoSuchBalance } from './no-such-balance.tsx';
import type { AccountOfCluster } from './usage-address.ts';
import { CourseSkeleton, UsageSkeleton } from './usage-skeleton.tsx';
import { useBalance, useHistory } from './use-usage.ts';

const words = strings.usage;

/** Everything about one balance: how it stands, how it came down, which awards it is made of. */
export function UsagePage(named: AccountOfCluster) {
  const { data, error, refetch } = useBalance(named);
  if (error instanceof KeystoneProblem && error.status === 400) return <NoSuchBalance />;
  if (!data && !error) return <UsageSkeleton />;
  if (!data)
    return (
      <div className="flex flex-col gap-8">
        <PageHeader title={named.account} about={words.about} />
        <ProblemNotice error={error} onRetry={() => void refetch()} />
      </div>
    );
  const balance = data.results[0];
  if (!balance) return <NoSuchBalance />;
  return (
    <div className="flex flex-col gap-8">
      <Top balance={balance} />
      {error && <Notice tone="warn">{strings.common.stale}</Notice>}
      {balance.grants.length > 0 ? (
        <Course balance={balance} />
      ) : (
        <EmptyState title={words.noAwards} text={words.noAwardsText} />
      )}
    </div>
  );
}

function Top({ balance }: { balance: Balance }) {
  const title = words.title(balance.account, balance._cluster.name);
  return (
    <>
      <PageTitle>{title}</PageTitle>
      <PageHeader title={title} about={words.about} action={<BalanceBadge balance={balance} />} />
      <dl className="grid grid-cols-2 gap-4 tabular-nums sm:grid-cols-4">
        <Figure name={strings.balance.remaining} value={formatServiceUnits(balance.remaining)} />
        <Figure name={strings.balance.used} value={formatUsed(balance.used, balance.entitled)} />
        <Figure name={strings.balance.entitled} value={formatServiceUnits(balance.entitled)} />
        <Figure name={words.jobs} value={balance.jobs.toLocaleString('en')} />
      </dl>
    </>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="text-lg font-semibold">{value}</dd>
    </div>
  );
}

/** What can be told only with the usage of each day. */
function Course({ balance }: { balance: Balance }) {
  const { history, error, refetch } = useHistory(balance);
  if (!history)
    return error ? <ProblemNotice error={error} onRetry={() => void refetch()} /> : <CourseSkeleton />;
  return (
    <>
      <Panel className="p-4">
        <BurnDownFigure balance={balance} history={history} />
      </Panel>
      <div className="grid gap-8 lg:grid-cols-2 lg:items-start">
        <Section title={words.days} className="min-w-0">
          <DayTable history={history} />
        </Section>
        <Section title={words.awards} className="min-w-0">
          <AwardTable balance={balance} />
        </Section>
      </div>
    </>
  );
}
