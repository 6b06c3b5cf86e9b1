/** So many segments of 84 runs at most are sent before numbers are asked for again. */
const NUMBERS_PER_SESSION = 4_096;

/** Sessions are told apart by the millisecond; from here on, numbers stay below 2^53 until 2095. */
const SINCE = Date.UTC(2026, 0);

/** Milliseconds of the cloud's clock, as sessions of agents are counted. */
export const sessionMoment = (now: Date): number => Math.floor(now.getTime()) - SINCE;

/** The numbers of a session, both ends included. */
export const numbersOfSession = (session: number): { first: number; last: number } => ({
  first: session * NUMBERS_PER_SESSION,
  last: (session + 1) * NUMBERS_PER_SESSION - 1,
});
