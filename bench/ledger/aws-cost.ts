/**
 * Prices in US dollars, region us-east-1, on demand, without any free tier: those of AWS's own price pages in November
 * 2026 (DynamoDB: since 1 November 2024; IoT Core: rules engine and messaging; SQS: standard queues; Lambda: arm64).
 */
export const prices = {
  writeUnit: 0.625e-6,
  readUnit: 0.125e-6,
  /** A message through Basic Ingest starts a rule and its SQS action; the message itself is free. */
  ruleTriggered: 0.15e-6,
  ruleAction: 0.15e-6,
  /** A publish to a device and its delivery, each a message of up to 5 kB; and the device's own acknowledgement of it. */
  iotMessage: 1e-6,
  sqsRequest: 0.4e-6,
  lambdaRequest: 0.2e-6,
  lambdaGbSecond: 13.3334e-6,
} as const;

/** What some jobs took on their way from the broker into the ledger. */
export interface LedgerWork {
  jobs: number;
  /** Usage messages, and the batches in which the worker got them. */
  messages: number;
  batches: number;
  acks: number;
  reads: number;
  writes: number;
}

/** The worker's memory, GB, as cdk/functions.ts sets it. */
const WORKER_GB = 0.5;
/** Sent; received and deleted in batches. */
const sqsRequests = ({ messages, batches }: LedgerWork) => messages + 2 * batches;

/**
 * Dollars for a million jobs like these, by part.
 *
 * @param attempts transactions for one commit: those that were cancelled are billed as well
 * @param batchSeconds how long the worker runs for one batch
 */
export function costPerMillionJobs(work: LedgerWork, attempts: number, batchSeconds: number) {
  const million = 1_000_000 / work.jobs;
  const { writeUnit, readUnit, ruleTriggered, ruleAction, iotMessage, sqsRequest } = prices;
  const parts = {
    writes: million * work.writes * attempts * writeUnit,
    reads: million * work.reads * readUnit,
    iot: million * (work.messages * (ruleTriggered + ruleAction) + 3 * work.acks * iotMessage),
    sqs: million * sqsRequests(work) * sqsRequest,
    lambda:
      million * work.batches * (prices.lambdaRequest + batchSeconds * WORKER_GB * prices.lambdaGbSecond),
  };
  return { ...parts, total: Object.values(parts).reduce((sum, part) => sum + part, 0) };
}
