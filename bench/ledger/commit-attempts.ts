import * as z from 'zod';

export interface Commits {
  commits: number;
  attempts: number;
}

/** A metric in CloudWatch's embedded format: one value, or those of one invocation. */
const metricSchema = z.object({ CommitAttempts: z.union([z.number(), z.array(z.number())]) });

/** Commits that a ledger function logged, and how many transactions they took. */
export function commitsIn(log: string): Commits {
  const attempts = log
    .split('\n')
    .filter((line) => line.includes('CommitAttempts'))
    .flatMap((line) => metricSchema.parse(JSON.parse(line)).CommitAttempts);
  return { commits: attempts.length, attempts: attempts.reduce((sum, count) => sum + count, 0) };
}
