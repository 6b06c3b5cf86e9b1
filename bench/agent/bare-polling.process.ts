import { becomeSmall } from '@keystone/agent/start/small-process.ts';

/**
 * Asks for the queue as often as the agent does, looks at nothing, and is started as the agent is:
 * `node bare-polling.process.ts FOLDER PROGRAMS`. FOLDER is for what the start keeps.
 */
const [folder = '', programs = ''] = process.argv.slice(2);
const load = () =>
  Promise.all([
    import('@keystone/agent/schedulers/slurm/command-runner.ts'),
    import('@keystone/agent/schedulers/slurm/read-arguments.ts'),
  ]);
await becomeSmall({ script: import.meta.filename, folder, load });
const [{ spawnRunner }, { jobQueue }] = await load();
const runner = spawnRunner({ conf: null, path: programs });
const QUEUE_MS = 5_000;
setInterval(() => void runner.run('squeue', jobQueue), QUEUE_MS);
console.log('asking');
