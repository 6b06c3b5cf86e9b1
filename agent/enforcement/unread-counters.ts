import type { AgentProblem } from '@keystone/shared/contracts/agent.ts';

/** An account in which much goes on is not read now and then. */
const PATIENCE_MS = 5 * 60_000;

/** Of accounts named; all of them fit into what is told of one problem. */
const MOST_NAMES = 10;

/** Knows since when accounts' counters could not be read. */
export class UnreadCounters {
  #since: ReadonlyMap<string, number> = new Map();

  /**
   * @param unread accounts of this pass that the scheduler has, and whose counters could not be read
   * @param monotonic milliseconds
   * @returns what a person should know
   */
  look(unread: readonly string[], monotonic: number): AgentProblem[] {
    const since = new Map(unread.map((account) => [account, this.#since.get(account) ?? monotonic]));
    this.#since = since;
    const long = [...since].filter(([, from]) => monotonic - from >= PATIENCE_MS);
    return long.length === 0 ? [] : [problemOf(long.map(([account]) => account).toSorted())];
  }
}

function problemOf(accounts: readonly string[]): AgentProblem {
  const more = accounts.length - MOST_NAMES;
  const named = accounts.slice(0, MOST_NAMES).join(', ') + (more > 0 ? ` and ${more} more` : '');
  const detail = `counters could not be read for more than five minutes, as where jobs begin or end all the time; limits don't follow them meanwhile: ${named}`;
  return { code: 'counters-unread', detail };
}
