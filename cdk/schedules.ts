import type { FunctionName } from '@keystone/shared/contracts/environment.ts';

export interface ScheduleSpec {
  function: FunctionName;
  expression: string;
  description: string;
  /** An alarm rings where it did not run in so many periods, one after another. */
  missing: { periodMinutes: number; periods: number };
}

const FIFTEEN_MINUTES = { periodMinutes: 5, periods: 3 };
/** The longest day has 25 hours. */
const A_DAY = { periodMinutes: 60, periods: 26 };

/** What runs by the clock, in the deployment's zone. */
export const schedules: readonly ScheduleSpec[] = [
  {
    function: 'outbox-sweep',
    expression: 'rate(1 minute)',
    description: 'Sends what a transaction left in the outbox',
    missing: FIFTEEN_MINUTES,
  },
  {
    function: 'grant-turn',
    // Where the clock goes forward at midnight there is no 00:02, and that night has no first turn.
    expression: 'cron(2 0,1 * * ? *)',
    description: 'Just after midnight: grants begin and end on calendar days',
    missing: A_DAY,
  },
  {
    function: 'verify-ledger',
    expression: 'cron(30 3 * * ? *)',
    description: 'At night: a slice of the ledger is checked against its charges',
    missing: A_DAY,
  },
  {
    function: 'watch-agents',
    expression: 'rate(5 minutes)',
    description: 'Counts agents that say nothing any more',
    missing: FIFTEEN_MINUTES,
  },
];
