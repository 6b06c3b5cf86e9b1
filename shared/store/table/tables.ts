import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

/** The control table, and whoever reads and writes it. Only a container constructs one. */
export interface ControlTable {
  client: DynamoDBClient;
  table: string;
  /** Waits between attempts at a call; real time where it is left out. */
  pause?: (milliseconds: number) => Promise<void>;
}

/** The ledger table: charges, balances, day rollups. */
export interface LedgerTable {
  client: DynamoDBClient;
  table: string;
  /** Waits between attempts at a call; real time where it is left out. */
  pause?: (milliseconds: number) => Promise<void>;
  /** Items over which each balance and day is spread (1 if absent). It may be raised, never lowered: readers add up these. */
  shards?: number;
}

/** Index of the control table that lists a kind's records (staff-wide lists; nothing that decides reads it). */
export const KIND_INDEX = 'kind';

/** Index of the ledger table: charges by account and end day, sharded. */
export const ACCOUNT_DAY_INDEX = 'account-day';

/** Attributes by which DynamoDB forgets what has expired; it does so days late, so readers compare as well. */
export const TTL_ATTRIBUTE = 'ttl';
