import { done, refused, type Answer } from './answer.ts';
import { lastTick } from './counting.ts';
import { changeAccount, type Draft } from './draft.ts';
import { rowOfRun, writeRow } from './run-rows.ts';
import type { Part, RunningJob } from './simulation-state.ts';

/** A part goes away: what it keeps can't be asked, and no row is written until all is back. Running jobs go on. */
export function takeAway(draft: Draft, part: Part): Answer {
  if (draft.away.has(part)) return refused(`${part} went away before`);
  draft.away.add(part);
  return done;
}

/** A part is back: rows come late, and what ran past its time limit meanwhile ends when the queue is settled. */
export function bringBack(draft: Draft, part: Part): Answer {
  if (!draft.away.delete(part)) return refused(`${part} did not go away`);
  if (draft.away.size > 0) return done;
  const late = draft.heldRows;
  draft.heldRows = [];
  draft.rows.push(...late.map((run) => ({ visibleAt: draft.now + 1, run })));
  return done;
}

/**
 * A controller that is killed comes back with the state of its last save, taken here for the last tick of the counters.
 * It takes jobs for running that ended since, finds them gone now, and their finished rows change.
 */
export function loseState(draft: Draft): Answer {
  if (draft.away.size > 0) return refused('a part is away');
  const saved = lastTick(draft);
  for (const { run, endedAt } of [...draft.ended.values()])
    if (run !== null && run.start <= saved && endedAt > saved) endAnew(draft, run, endedAt);
  return done;
}

function endAnew(draft: Draft, run: RunningJob, endedAt: number): void {
  const { id, account: name, billing, limitSeconds } = run;
  const limit = run.start + run.suspended + limitSeconds;
  const end = Math.max(endedAt, Math.min(draft.now, limit));
  const account = draft.accounts.get(name);
  if (end === endedAt || !account) return;
  changeAccount(draft, name, { endedSeconds: account.endedSeconds + billing * (end - endedAt) });
  draft.ended.set(id, { account: name, endedAt: end, run });
  writeRow(draft, rowOfRun(draft.setup, run, end, end === limit ? 'TIMEOUT' : 'NODE_FAIL'));
}
