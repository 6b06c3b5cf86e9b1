import { useId } from 'react';
import type { Balance } from '../../lib/api/records.ts';
import { formatDay } from '../../lib/format/dates.ts';
import { formatServiceUnits } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { Meter } from '../../ui/meter.tsx';
import { percentUsed, stateOf, type BalanceState } from './balance-state.ts';

const words = strings.balance;

const badges: Record<BalanceState, { tone: Tone; text: string } | undefined> = {
  fine: undefined,
  nearly: { tone: 'warn', text: words.nearly },
  'used-up': { tone: 'bad', text: words.usedUp },
  locked: { tone: 'bad', text: words.locked },
};
const meterTones = { fine: 'accent', nearly: 'warn', 'used-up': 'bad', locked: 'bad' } as const;

/** What an account has left on one cluster, and how it comes about. */
export function BalanceCard({ balance }: { balance: Balance }) {
  const id = useId();
  const state = stateOf(balance);
  const badge = badges[state];
  const footnotes = [
    words.jobs(balance.jobs),
    balance.expire ? words.ends(formatDay(balance.expire)) : undefined,
  ].filter((note) => note !== undefined);
  return (
    <article
      aria-labelledby={id}
      className="flex flex-col gap-3 rounded-lg border border-line bg-surface p-4"
    >
      <div className="flex items-start justify-between gap-2">
        <h3
          id={id}
          className="min-w-0 wrap-anywhere"
          aria-label={words.name(balance.account, balance._cluster.name)}
        >
          <span className="font-mono font-semibold">{balance.account}</span>{' '}
          <span className="text-soft">
            {words.on} {balance._cluster.name}
          </span>
        </h3>
        {badge && <Badge tone={badge.tone}>{badge.text}</Badge>}
      </div>
      <p>
        <span
          data-testid="remaining-seconds"
          data-seconds={balance.remaining}
          className="text-2xl font-semibold tracking-tight tabular-nums"
        >
          {formatServiceUnits(balance.remaining)}
        </span>{' '}
        <span className="text-soft">
          {strings.common.units} {words.remaining.toLowerCase()}
        </span>
      </p>
      <Meter
        label={words.share(percentUsed(balance))}
        percent={percentUsed(balance)}
        tone={meterTones[state]}
      />
      <dl className="grid grid-cols-2 gap-x-4 tabular-nums">
        <Figure name={words.used} value={formatServiceUnits(balance.used, 'up')} />
        <Figure name={words.entitled} value={formatServiceUnits(balance.entitled)} />
      </dl>
      <p className="text-xs text-soft">{footnotes.join(' · ')}</p>
    </article>
  );
}

function Figure({ name, value }: { name: string; value: string }) {
  return (
    <div className="flex flex-col last:text-right">
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="font-medium">{value}</dd>
    </div>
  );
}
