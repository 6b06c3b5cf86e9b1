import type { Balance } from '../../lib/api/records.ts';
import { strings } from '../../lib/strings.ts';
import { Badge, type Tone } from '../../ui/badge.tsx';
import { stateOf, type BalanceState } from './balance-state.ts';

const words = strings.balance;

const badges: Record<BalanceState, { tone: Tone; text: string } | undefined> = {
  fine: undefined,
  nearly: { tone: 'warn', text: words.nearly },
  'used-up': { tone: 'bad', text: words.usedUp },
  locked: { tone: 'bad', text: words.locked },
};

/** What a person should know of a balance at one glance; nothing where all is well. */
export function BalanceBadge({ balance }: { balance: Balance }) {
  const badge = badges[stateOf(balance)];
  return badge ? <Badge tone={badge.tone}>{badge.text}</Badge> : null;
}
