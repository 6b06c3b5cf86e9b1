import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { bundleFunctions } from '@keystone/cdk/bundling.ts';
import { buildSite, synthesise } from '@keystone/local/stack/builds.ts';
import { root } from '@keystone/local/stack/child-build.ts';
import { Child } from '@keystone/tests/support/child.ts';
import type { BenchRun, Figure } from '../figures/figure.ts';
import { median, timed } from '../measure/statistics.ts';

const execute = promisify(execFile);

/** Synthesises the app as `npm start` does after a change, an empty app between as the floor. */
export async function benchSynth(run: BenchRun): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), 'keystone-bench-synth-'));
  run.undo(() => rmSync(folder, { recursive: true, force: true }));
  const samples: { whole: number; bundles: number; floor: number }[] = [];
  for (let index = 0; index < run.size; index++) {
    const at = (name: string) => join(folder, `${name}-${index}`);
    const floor = await timed(() => emptyApp(at('empty')));
    const whole = await timed(() => synthesise({ cache: at('app'), log: () => undefined }));
    const bundles = await timed(() => bundleFunctions(at('bundles')));
    const sample = { whole: whole.ms, bundles: bundles.ms, floor: floor.ms };
    samples.push(sample);
    run.print({ sample: index, ...sample });
  }
  const of = (part: keyof (typeof samples)[number]) => median(samples.map((sample) => sample[part]));
  const start = await startMs(run);
  run.print({ startMs: start });
  return [
    { key: 'synth.whole', value: of('whole'), floor: of('floor') },
    { key: 'synth.bundles', value: of('bundles') },
    { key: 'synth.start', value: start / 1000 },
  ];
}

async function emptyApp(outdir: string): Promise<void> {
  await execute(process.execPath, [join(root, 'bench/synth/empty-app.process.ts')], {
    env: { PATH: process.env['PATH'], CDK_OUTDIR: outdir },
    timeout: 60_000,
  });
  if (!existsSync(join(outdir, 'empty.template.json'))) throw new Error('the empty app made no template');
}

/** Milliseconds until `npm start` on an empty state folder says that it is up; app and site were built before. */
async function startMs(run: BenchRun): Promise<number> {
  const builds = { cache: join(root, '.keystone'), log: () => undefined };
  await synthesise(builds);
  await buildSite(builds);
  const state = mkdtempSync(join(tmpdir(), 'keystone-bench-start-'));
  run.undo(() => rmSync(state, { recursive: true, force: true }));
  const started = performance.now();
  const child = new Child('local/stack/start.cli.ts', ['--port', '0', '--state', state]);
  run.undo(() => child.signal('SIGINT'));
  await child.says(/Keystone is up/, 240_000);
  return performance.now() - started;
}
