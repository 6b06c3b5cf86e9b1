import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';

const codes = [
  'None',
  'ConditionalCheckFailed',
  'TransactionConflict',
  'ThrottlingError',
  'ValidationError',
] as const;
export type Code = (typeof codes)[number];

/** All mixes of reasons of a given length. */
const mixesOf = (length: number): Code[][] =>
  length === 0 ? [[]] : mixesOf(length - 1).flatMap((mix) => codes.map((code) => [...mix, code]));

/** All mixes of up to four reasons: 5 + 25 + 125 + 625. */
export const mixes: readonly Code[][] = [1, 2, 3, 4].flatMap(mixesOf);

export const cancelled = (mix: readonly Code[]) =>
  new TransactionCanceledException({
    message: 'cancelled',
    $metadata: {},
    CancellationReasons: mix.map((Code) => ({ Code })),
  });

/** What waiting does not mend decides, then what has to be read again, then what passes. */
export function meaningOf(mix: readonly Code[]): 'refused' | 'changed' | 'busy' {
  if (mix.some((code) => code === 'ThrottlingError' || code === 'ValidationError')) return 'refused';
  if (mix.includes('ConditionalCheckFailed')) return 'changed';
  return mix.includes('TransactionConflict') ? 'busy' : 'refused';
}
