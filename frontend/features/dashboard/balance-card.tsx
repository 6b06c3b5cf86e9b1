import Link from 'next/link';
import { useId } from 'react';
import type { Balance } from '../../lib/api/records.ts';
import { formatDay } from '../../lib/format/dates.ts';
import { formatServiceUnits, formatUsed } from '../../lib/format/service-units.ts';
import { strings } from '../../lib/strings.ts';
import { ArrowRight } from '../../ui/icons.tsx';
import { Meter } from '../../ui/meter.tsx';
import { usageAddress } from '../usage/usage-address.ts';
import { BalanceBadge } from './balance-badge.tsx';
import { percentUsed, stateOf } from './balance-state.ts';

const words = strings.balance;

const meterTones = { fine: 'accent', nearly: 'warn', 'used-up': 'bad', locked: 'bad' } as const;

/** What an account has left on one cluster, and the way to how it came about. */
export function BalanceCard({ balance }: { balance: Balance }) {
  const id = useId();
  const state = stateOf(balance);
  const footnotes = [
    words.jobs(balance.jobs),
    balance.expire ? words.ends(formatDay(balance.expire)) : undefined,
  ].filter((note) => note !== undefined);
  return (
    <article
      aria-labelledby={id}
      className="relative flex flex-col gap-3 rounded-lg border border-line bg-surface p-4 hover:border-control"
    >
      <div className="flex items-start justify-between gap-2">
        <h3
          id={id}
          className="min-w-0 wrap-anywhere"
          aria-label={words.name(balance.account, balance._cluster.name)}
        >
          {/* The whole card leads there. */}
          <Link href={usageAddress(balance)} className="after:absolute after:inset-0 after:rounded-lg">
            <span className="font-mono font-semibold">{balance.account}</span>{' '}
            <span className="text-soft">
              {words.on} {balance._cluster.name}
            </span>
          </Link>
        </h3>
        <BalanceBadge balance={balance} />
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
        <Figure name={words.used} value={formatUsed(balance.used, balance.entitled)} />
        <Figure name={words.entitled} value={formatServiceUnits(balance.entitled)} />
      </dl>
      <p className="flex items-end justify-between gap-2 text-xs text-soft">
        {footnotes.join(' · ')}
        <ArrowRight />
      </p>
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
