import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { functionNames } from '@keystone/cdk/functions.ts';
import type { BenchRun, Figure } from '../figures/figure.ts';
import { median } from '../measure/statistics.ts';
import { bundleContents } from './bundle-contents.ts';
import { importMs } from './import-time.ts';

/** Parts of a bundle that are printed. */
const PARTS = 8;

/** Imports each function's bundle in fresh processes, an empty module between them as the floor. */
export async function benchCold(run: BenchRun): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-cold-'));
  run.undo(() => rmSync(folder, { recursive: true, force: true }));
  const contents = await bundleContents(folder, functionNames);
  const empty = join(folder, 'empty.mjs');
  writeFileSync(empty, 'export const handler = async () => undefined;\n');
  const figures: Figure[] = [];
  for (const [of, { bytes, parts }] of contents) {
    const samples: number[] = [];
    const floors: number[] = [];
    for (let index = 0; index < run.size; index++) {
      floors.push(await importMs(empty, of));
      samples.push(await importMs(join(folder, of, 'index.mjs'), of));
    }
    const [importedMs, emptyMs] = [median(samples), median(floors)];
    run.print({ of, importedMs, emptyMs, bytes, largest: Object.fromEntries(parts.slice(0, PARTS)) });
    figures.push({ key: 'cold.import', of, value: importedMs, floor: emptyMs });
    figures.push({ key: of === 'api' ? 'cold.size-of-api' : 'cold.size', of, value: bytes / 1000 });
  }
  return figures;
}
