import type { FunctionName } from '@keystone/shared/contracts/environment.ts';

export interface FunctionSpec {
  /** Below the repository's root; exports `handler`. */
  entry: string;
  description: string;
  memoryMb: number;
  timeoutSeconds: number;
  /** Moves into the cache's network on a stage that has one. */
  usesCache?: true;
}

/** Every function, by its entry file. The HTTP API gives up after 30 s, so those behind it end before. */
export const functions: Record<FunctionName, FunctionSpec> = {
  api: {
    entry: 'lambdas/api/api.lambda.ts',
    description: 'Everything below /api except sign-in and enrolment',
    memoryMb: 512,
    timeoutSeconds: 20,
    usesCache: true,
  },
  'sign-in': {
    entry: 'lambdas/api/authentication/sign-in.lambda.ts',
    description: 'Password check; apart, so that its hashing slows nobody else',
    memoryMb: 512,
    timeoutSeconds: 10,
  },
  enrol: {
    entry: 'lambdas/api/agents/enrol.lambda.ts',
    description: 'One-use token and CSR in, certificate and thing out',
    memoryMb: 256,
    timeoutSeconds: 20,
  },
  'policy-builder': {
    entry: 'lambdas/workers/policy-builder.lambda.ts',
    description: 'Builds a cluster’s policy and sends it to its agent',
    // A large cluster is a thousand small reads, bound by the processor, which comes with the memory.
    memoryMb: 1_024,
    timeoutSeconds: 60,
  },
  ledger: {
    entry: 'lambdas/workers/ledger.lambda.ts',
    description: 'Posts charges from usage messages and acknowledges them',
    memoryMb: 512,
    timeoutSeconds: 60,
  },
  'agent-state': {
    entry: 'lambdas/workers/agent-state.lambda.ts',
    description: 'Notes what an agent says of itself, numbers its sessions, and asks for what it lacks',
    memoryMb: 256,
    timeoutSeconds: 30,
  },
  'outbox-sweep': {
    entry: 'lambdas/tasks/outbox-sweep.lambda.ts',
    description: 'Sends outbox events that their transaction’s function could not send',
    memoryMb: 256,
    timeoutSeconds: 50,
  },
  'grant-turn': {
    entry: 'lambdas/tasks/grant-turn.lambda.ts',
    description: 'Ends and starts grants on the deployment’s calendar days',
    memoryMb: 512,
    timeoutSeconds: 300,
  },
  'verify-ledger': {
    entry: 'lambdas/tasks/verify-ledger.lambda.ts',
    description: 'Checks the ledger against its charges, a slice a day',
    memoryMb: 512,
    timeoutSeconds: 900,
  },
  'watch-agents': {
    entry: 'lambdas/tasks/watch-agents.lambda.ts',
    description: 'Counts agents that say nothing any more',
    memoryMb: 256,
    timeoutSeconds: 60,
  },
  'first-admin': {
    entry: 'lambdas/tasks/first-admin.lambda.ts',
    description: 'Makes the first staff account; invoked by hand, once',
    memoryMb: 256,
    timeoutSeconds: 30,
  },
};

/** The same table as a list, with names that keep their type. */
export const functionNames: readonly FunctionName[] = [
  'api',
  'sign-in',
  'enrol',
  'policy-builder',
  'ledger',
  'agent-state',
  'outbox-sweep',
  'grant-turn',
  'verify-ledger',
  'watch-agents',
  'first-admin',
];
