import type { AgentMode, AgentProblem } from '@keystone/shared/contracts/agent.ts';
import { addDays, dayOf, startOfDay } from '@keystone/shared/domain/calendar.ts';
import { logEvents } from '../log/log-events.ts';
import type { Log } from '../log/log.ts';
import type { PolicyStore } from '../policy/policy-store.ts';
import { versionText, type HeldPolicy } from '../policy/policy-versions.ts';
import type { Scheduler, SchedulerDescription } from '../schedulers/scheduler.ts';
import { describeChange, failuresOf, type Enforcement, type PassResult } from './enforcement.ts';
import type { Problems } from '../engine/problems.ts';
import type { TaskLane } from '../engine/task-lane.ts';

/** The scheduler's own period of counting; more often the counter does not move. */
const LIMITS_MS = 60_000;
const DESCRIBE_MS = 10 * 60_000;
/** What fails is tried again after this, and then ever later: where it fails for good, others wait for its tries. */
const RETRY_FAILED_MS = 10_000;

export interface EnforcementLaneDeps {
  lane: TaskLane;
  scheduler: Pick<Scheduler, 'describe'>;
  enforcement: Enforcement;
  store: PolicyStore;
  mode: AgentMode;
  problems: Problems;
  log: Log;
  /** Unix milliseconds. */
  now: () => number;
  onDescribed: (description: SchedulerDescription) => void;
  onApplied: () => void;
}

/** Adds what keeps the scheduler as the policy says: on a new policy at once, each minute, and when a day begins. */
export function addEnforcementTasks(deps: EnforcementLaneDeps): void {
  const { lane, scheduler, problems } = deps;
  let description: SchedulerDescription | undefined;
  let told = '';
  let failed: { policy: HeldPolicy; times: number } | undefined;

  lane.add(
    {
      name: 'describe',
      async run() {
        description = await scheduler.describe();
        problems.set('scheduler', [...description.problems, ...refusal(deps, description)]);
        deps.onDescribed(description);
        lane.wake('limits');
        return DESCRIBE_MS;
      },
    },
    true,
  );
  lane.add(
    {
      name: 'limits',
      async run() {
        const { held: begun } = deps.store;
        if (!begun || !description) return null;
        const mode = description.canEnforce ? deps.mode : 'observe';
        const result = await deps.enforcement.pass(() => deps.store.held ?? begun, mode);
        const { held } = result;
        if (mode === 'observe') told = tellPlan(deps, result, told);
        tell(deps, result);
        if (result.holds) await noteHolds(deps, held);
        const isFailed = result.results.length > 0 && !result.holds;
        failed = isFailed
          ? { policy: held, times: failed?.policy === held ? failed.times + 1 : 0 }
          : undefined;
        return Math.min(untilNext(deps, held), failed ? RETRY_FAILED_MS * 2 ** failed.times : Infinity);
      },
    },
    true,
  );
}

function refusal({ mode, log }: EnforcementLaneDeps, { canEnforce }: SchedulerDescription): AgentProblem[] {
  if (mode !== 'enforce' || canEnforce) return [];
  log.error(logEvents.enforceRefused);
  const detail =
    'nothing is written: the scheduler would not stop jobs at the limits (keystone-agent doctor says why)';
  return [{ code: 'enforce-refused', detail }];
}

/** A plan that stays the same is told once. */
function tellPlan({ log }: EnforcementLaneDeps, { plan }: PassResult, told: string): string {
  const changes = plan.changes.map(describeChange);
  const text = changes.join('\n');
  if (text !== told && changes.length > 0) log.info(logEvents.changePlanned, { changes });
  return text;
}

function tell({ log, problems }: EnforcementLaneDeps, { plan, results, unread }: PassResult): void {
  problems.set('plan', plan.problems);
  problems.set('counters', unread);
  problems.set('apply', failuresOf(results));
  for (const result of results) {
    const change = describeChange(result.change);
    if (result.outcome === 'applied') log.info(logEvents.changeMade, { change });
    else log.error(logEvents.changeFailed, { change, detail: result.detail });
  }
}

async function noteHolds({ store, log, onApplied }: EnforcementLaneDeps, held: HeldPolicy): Promise<void> {
  if (!(await store.markApplied(held))) return;
  log.info(logEvents.policyApplied, { version: versionText(held.policy.version) });
  onApplied();
}

/** Grants begin and end with the days of the deployment's zone. */
function untilNext({ now }: EnforcementLaneDeps, { policy }: HeldPolicy): number {
  const midnight = startOfDay(addDays(dayOf(now() / 1000, policy.zone), 1), policy.zone) * 1000;
  return Math.min(LIMITS_MS, Math.max(0, midnight - now()));
}
