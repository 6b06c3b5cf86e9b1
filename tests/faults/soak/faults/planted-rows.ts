import type { ByHand } from '../../../schedulers/by-hand.ts';
import type { Stream } from '../../../world/core/chance.ts';
import { CLUSTER } from '../soak-site.ts';

/** A plain job that ended in order, with a length. */
const plain = (account: string): string =>
  `account='${account}' AND state=3 AND time_start>=time_submit AND time_end>time_start AND het_job_id=0 AND id_array_job=0`;

let planted = 0;

/** A run that Slurm's accounting tells long after its end, as one that was held up on its way. */
export async function addLateRow(
  hand: ByHand,
  account: string,
  secondsAgo: number,
  chance: Stream,
): Promise<string> {
  planted += 1;
  const id = 900_000 + planted;
  const length = chance.whole(5, 60);
  const start = `UNIX_TIMESTAMP() - ${secondsAgo}`;
  const values = {
    job_db_inx: 'NULL',
    id_job: String(id),
    ...{ time_submit: start, time_eligible: start, time_start: start },
    ...{ time_end: `${start} + ${length}`, time_suspended: '0' },
  };
  const settings = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  await hand.sql(
    `CREATE TEMPORARY TABLE planted SELECT * FROM ${CLUSTER}_job_table WHERE ${plain(account)} ORDER BY job_db_inx DESC LIMIT 1`,
    'ALTER TABLE planted MODIFY job_db_inx BIGINT NULL',
    `UPDATE planted SET ${settings.join(', ')}`,
    `INSERT INTO ${CLUSTER}_job_table SELECT * FROM planted`,
  );
  return `job ${id} of ${account}, ${length} s, ended ${secondsAgo - length} s ago`;
}

/** A finished row that reads otherwise later, as after a controller that woke up in the past. */
export async function lengthenRow(hand: ByHand, account: string, chance: Stream): Promise<string> {
  const longer = chance.whole(1, 30);
  const mature = `time_end < UNIX_TIMESTAMP() - 60 AND id_job < 900000`;
  await hand.sql(
    `UPDATE ${CLUSTER}_job_table SET time_end=time_end+${longer} WHERE ${plain(account)} AND ${mature} ORDER BY time_end DESC LIMIT 1`,
  );
  return `a job of ${account}, ${longer} s longer`;
}
