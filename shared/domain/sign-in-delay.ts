/** How often a name or a network may be tried before each further try has to wait, and for how long at most. */
export interface AttemptLimit {
  free: number;
  longestWait: number;
}

/**
 * Tries that are under way or failed, counted until an hour has passed without one. A try is counted before the
 * password is looked at, so that many at once don't pass together.
 */
export interface Attempts {
  count: number;
  /** Unix milliseconds of the last one. */
  last: number;
  /** No try before this. */
  blockedUntil: number;
}

const FORGET_MS = 3_600_000;

export type AttemptDecision = { allowed: true; next: Attempts } | { allowed: false; waitMs: number };

/**
 * Whether another try may be made now, and what to note if so. The wait doubles with each try beyond the free ones: it
 * slows a guesser down to a few tries an hour, and never locks a name for good.
 */
export function nextAttempt(
  known: Attempts | undefined,
  limit: AttemptLimit,
  nowMs: number,
): AttemptDecision {
  if (known && known.blockedUntil > nowMs) return { allowed: false, waitMs: known.blockedUntil - nowMs };
  const count = known && nowMs - known.last < FORGET_MS ? known.count + 1 : 1;
  const wait = count <= limit.free ? 0 : Math.min(limit.longestWait, 1000 * 2 ** (count - limit.free - 1));
  return { allowed: true, next: { count, last: nowMs, blockedUntil: nowMs + wait } };
}

/** After the right password: this try counts for nothing and nobody has to wait for it; those before it still count. */
export function forgiven(attempts: Attempts): Attempts {
  return { ...attempts, count: Math.max(0, attempts.count - 1), blockedUntil: 0 };
}

/** The network that an address is counted under: /24 of IPv4, /64 of IPv6. */
export function networkOf(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address;
  if (mapped.includes('.')) return `${mapped.split('.').slice(0, 3).join('.')}.0/24`;
  return `${expandIpv6(mapped).slice(0, 4).join(':')}::/64`;
}

function expandIpv6(address: string): string[] {
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = (part: string) => (part === '' ? [] : part.split(':'));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const missing = Math.max(0, 8 - before.length - after.length);
  return [...before, ...Array.from({ length: missing }, () => '0'), ...after].map(
    (group) => group.replace(/^0+(?=.)/, '') || '0',
  );
}
