import { writeSync } from 'node:fs';
import { nodeDisk } from '../state/node-disk.ts';
import { Spool } from '../spool/spool.ts';
import { NOON, runOf } from './builders.ts';

/**
 * Spools runs without end into a folder, and says of each batch, after it was accepted, which ids it had. To be killed.
 *
 * Arguments: the folder, and the first id.
 */
const [folder = '', first = '1'] = process.argv.slice(2);
const { spool } = await Spool.open({
  disk: nodeDisk(folder),
  zone: 'UTC',
  epoch: 1,
  now: () => NOON,
  journalFileBytes: 20_000,
  pendingRuns: 200,
});
for (let from = Number(first), round = 0; ; round += 1) {
  const rows = Array.from({ length: 1 + ((round * 37) % 120) }, (_, index) => runOf(from + index));
  await spool.accept(rows);
  from += rows.length;
  writeSync(1, `${from}\n`);
  await spool.move(() => ({ watermark: from, rescanned: null }));
  if (round % 3 === 0) await spool.markStored([...spool.waiting].slice(0, 2));
}
