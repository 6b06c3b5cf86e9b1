/** What an operator acts on, counted by functions and watched by alarms (cdk/alarms.ts). */
export const metricNames = {
  /** An answer of 500: the log holds the error under the call's correlation id. */
  unexpectedError: 'UnexpectedError',
  /** A call that lost against others until it gave up (409). */
  conflictGivenUp: 'ConflictGivenUp',
  /** A sign-in with a wrong name or password. */
  signInFailed: 'SignInFailed',
  /** A sign-in that had to wait because of those before it. */
  signInDelayed: 'SignInDelayed',
  /** Transactions that one commit to the ledger took; much above 1 asks for more shards of the balances. */
  commitAttempts: 'CommitAttempts',
  chargesPosted: 'ChargesPosted',
  /** Something that an agent sent and that can't be charged: a person has to look at it. */
  quarantined: 'Quarantined',
  /** A message whose sender is not the agent that it claims to be, or no longer. */
  senderRefused: 'SenderRefused',
  /** An agent's word about itself that can't be read or believed. */
  stateRefused: 'StateRefused',
  /** Agents of open clusters that say nothing any more, at one look. */
  agentsSilent: 'AgentsSilent',
  policyBuilt: 'PolicyBuilt',
  policyMessages: 'PolicyMessages',
  /** Sums of the ledger that are not what its charges come to. */
  ledgerDifferences: 'LedgerDifferences',
  /** Read units that the check of the ledger used. */
  ledgerUnitsRead: 'LedgerUnitsRead',
} as const;
export type MetricName = (typeof metricNames)[keyof typeof metricNames];
