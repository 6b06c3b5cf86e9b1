import type { Disk } from '../state/disk.ts';
import type { Repair } from './journal.ts';

/** When files are closed and removed, and memory is written to them. */
export interface SpoolSizes {
  journalFileBytes?: number;
  pendingRuns?: number;
  /** How long a segment is kept after the ledger had it. */
  keptSeconds?: number;
}

export interface SpoolOptions extends SpoolSizes {
  disk: Disk;
  /** Of the deployment: runs are drawn by calendar day. */
  zone: string;
  /** Of this enrolment. */
  epoch: number;
  /** Unix seconds. */
  now: () => number;
  /** Something was cut off because it was torn or damaged; also when that is seen later. */
  onDamage?: (repair: Repair) => void;
}
