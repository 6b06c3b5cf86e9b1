import { describe, expect, it } from '@jest/globals';
import { costPerMillionJobs } from './aws-cost.ts';

/** A million jobs in round numbers: 84 to a message, ten messages to a batch. */
const work = {
  jobs: 840,
  messages: 10,
  batches: 1,
  acks: 1,
  reads: 840,
  writes: 2_520,
};

describe('what a million jobs cost on AWS', () => {
  it('adds up store, broker, queue and function', () => {
    const cost = costPerMillionJobs(work, 1, 0.4);
    expect(cost.writes).toBeCloseTo(3 * 0.625, 6);
    expect(cost.reads).toBeCloseTo(0.125, 6);
    // 11,905 messages start a rule and its action, 1,190 acknowledgements are three messages each.
    expect(cost.iot).toBeCloseTo(0.003571 + 0.003571, 5);
    expect(cost.sqs).toBeCloseTo(0.005714, 5);
    expect(cost.lambda).toBeCloseTo(0.003413, 5);
    const { total, ...parts } = cost;
    expect(total).toBeCloseTo(
      Object.values(parts).reduce((sum, part) => sum + part, 0),
      9,
    );
  });

  it('bills cancelled transactions too', () => {
    expect(costPerMillionJobs(work, 2, 0).writes).toBeCloseTo(6 * 0.625, 6);
  });
});
