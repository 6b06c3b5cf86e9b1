import { spawnRunner } from '@keystone/agent/schedulers/slurm/command-runner.ts';
import { jobQueue } from '@keystone/agent/schedulers/slurm/read-arguments.ts';

/** Asks for the queue as often as the agent does, and looks at nothing: `node bare-polling.process.ts FOLDER`. */
const runner = spawnRunner({ conf: null, path: process.argv[2] ?? '' });
const QUEUE_MS = 5_000;
setInterval(() => void runner.run('squeue', jobQueue), QUEUE_MS);
console.log('asking');
