import type { FunctionName } from '@keystone/shared/contracts/environment.ts';

export interface ScheduleSpec {
  function: FunctionName;
  expression: string;
  description: string;
}

/** What runs by the clock, in the deployment's zone. */
export const schedules: readonly ScheduleSpec[] = [
  {
    function: 'outbox-sweep',
    expression: 'rate(1 minute)',
    description: 'Sends what a transaction left in the outbox',
  },
  {
    function: 'grant-turn',
    // Where the clock goes forward at midnight there is no 00:02, and that night has no first turn.
    expression: 'cron(2 0,1 * * ? *)',
    description: 'Just after midnight: grants begin and end on calendar days',
  },
  {
    function: 'verify-ledger',
    expression: 'cron(30 3 * * ? *)',
    description: 'At night: a slice of the ledger is checked against its charges',
  },
];
