/** An agent tells how it stands at least so often, in milliseconds. */
export const SPEAKS_EVERY = 10 * 60_000;

/**
 * Whether an agent is to be taken for silent: it missed two of its times.
 *
 * @param heard when it spoke last, in milliseconds since 1970, as is `now`
 */
export const isSilent = (heard: number, now: number): boolean => now - heard > 2 * SPEAKS_EVERY;
