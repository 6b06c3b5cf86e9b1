import type { Balance } from '../../lib/api/records.ts';

export type BalanceState = 'fine' | 'nearly' | 'used-up' | 'locked';

const NEARLY = 90;

type Figures = Pick<Balance, 'entitled' | 'used' | 'remaining' | 'locked'>;

/** How much of what may be used is used, in per cent; an account that may use nothing counts as full. */
export function percentUsed({ entitled, used }: Pick<Balance, 'entitled' | 'used'>): number {
  if (entitled <= 0) return 100;
  return Math.min(100, Math.max(0, Math.floor((used / entitled) * 100)));
}

/** What a person should know of a balance at one glance. */
export function stateOf(balance: Figures): BalanceState {
  if (balance.locked) return 'locked';
  if (balance.remaining <= 0) return 'used-up';
  return percentUsed(balance) >= NEARLY ? 'nearly' : 'fine';
}
