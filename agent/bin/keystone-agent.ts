#!/usr/bin/env node
import { fileURLToPath } from 'node:url';
import { becomeSmall } from '../start/small-process.ts';
import { stateFolderIn } from '../start/state-folder-in.ts';
import { writtenOut } from '../start/written-out.ts';

const args = process.argv.slice(2);

/** All code of an agent that runs beside Slurm. */
const load = () =>
  Promise.all([
    import('../commands/main.ts'),
    import('../commands/run.ts'),
    import('../schedulers/slurm/open-slurm.ts'),
    import('aws-iot-device-sdk-v2'),
  ]);

if (args[0] === 'run')
  await becomeSmall({
    script: fileURLToPath(import.meta.url),
    folder: stateFolderIn(args, process.env),
    load,
  });
const { main } = await import('../commands/main.ts');
const code = await main(args, process.env);
await writtenOut(process.stdout, process.stderr);
process.exit(code);
