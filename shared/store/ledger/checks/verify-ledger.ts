import { readAgent, readAgentState } from '../../agents/agent-records.ts';
import { readLastId } from '../../unit-of-work/counters.ts';
import type { ControlTable } from '../../table/tables.ts';
import { checkAccountStep } from './check-account.ts';
import type { CheckContext, LedgerCheckOptions } from './check-context.ts';
import { checkMarks } from './check-marks.ts';
import { checkScanned } from './check-scanned.ts';
import { checkSegments } from './check-segments.ts';
import { findStrays } from './find-strays.ts';
import type { PassState } from './pass-state.ts';
import { scanPage } from './scan-page.ts';

/**
 * One step of a pass over the ledger: charges against themselves, their sums and the marks. Each step is a few reads, and
 * `state` after it is all that the next one needs, in this process or in another.
 *
 * Memory grows with accounts and start days, not with charges: a charge is looked at by itself as the scan meets it, and
 * is added up account by account, day by day, through the index. It is safe while the ledger is written
 * (domain/standing-differences.ts). A whole pass reads every item once and every charge once more from the index.
 *
 * @returns whether the pass is done
 */
export async function verifyStep(options: LedgerCheckOptions, state: PassState): Promise<boolean> {
  const context = { ...options, state };
  switch (state.phase) {
    case 'begin':
      await begin(context);
      break;
    case 'scan':
      await scanStep(context, 'accounts', checkScanned);
      break;
    case 'accounts': {
      const seen = state.accounts[state.at];
      if (!seen) enter(state, 'segments');
      else if (await checkAccountStep(context, seen)) state.at += 1;
      break;
    }
    case 'segments':
      await eachCluster(context, 'marks', (cluster) => checkSegments(context, cluster));
      break;
    case 'marks': {
      const { control } = context;
      await eachCluster(context, 'strays', async (cluster) => {
        if (control) await checkMarks({ ...context, control }, cluster);
      });
      break;
    }
    case 'strays':
      if (state.strays.length === 0) enter(state, 'done');
      else await scanStep(context, 'done', findStrays);
      break;
    case 'done':
  }
  return state.phase === 'done';
}

function enter(state: PassState, phase: PassState['phase']): void {
  state.phase = phase;
  state.at = 0;
  state.cursor = null;
}

/** What agents say is read before anything of the ledger: it has to be found there. */
async function begin({ control, state }: CheckContext): Promise<void> {
  if (control) await noteAcknowledged(control, state);
  enter(state, 'scan');
}

async function noteAcknowledged(control: ControlTable, state: PassState): Promise<void> {
  const last = await readLastId(control, 'cluster');
  for (let cluster = 1; cluster <= last; cluster++) {
    state.clusters.push(cluster);
    const [found, said] = await Promise.all([readAgent(control, cluster), readAgentState(control, cluster)]);
    if (found && said?.state.epoch === found.agent.epoch)
      state.acknowledged.push({ cluster, epoch: said.state.epoch, segment: said.state.ackedThrough });
  }
}

async function scanStep(
  context: CheckContext,
  after: PassState['phase'],
  look: (context: CheckContext, items: Awaited<ReturnType<typeof scanPage>>['items']) => Promise<void>,
): Promise<void> {
  const { state, ledger } = context;
  const { items, next } = await scanPage(ledger, state.cursor);
  await look(context, items);
  if (next) state.cursor = next;
  else {
    for (const { cluster } of state.accounts)
      if (!state.clusters.includes(cluster)) state.clusters.push(cluster);
    enter(state, after);
  }
}

async function eachCluster(
  { state }: CheckContext,
  after: PassState['phase'],
  check: (cluster: number) => Promise<void>,
): Promise<void> {
  const cluster = state.clusters[state.at];
  if (cluster === undefined) return enter(state, after);
  await check(cluster);
  state.at += 1;
}
