import { becomeSmall } from '@keystone/agent/start/small-process.ts';

/**
 * The agent's first reading of a month of a scheduler's past, alone in a process that is started as the agent's, so that
 * its peak is its own: `node backfill.process.ts FOLDER PROGRAMS SPOOL`, or without a spool: the same answers, read and
 * thrown away. FOLDER is for what the start keeps.
 */
const [folder = '', programs = '', spool] = process.argv.slice(2);
const load = () => Promise.all([import('./read-month.ts'), import('../measure/process-usage.ts')]);
await becomeSmall({ script: import.meta.filename, folder, load });
const [{ backfill, readAndForget }, { peakMb, residentMb }] = await load();
const startMb = residentMb('self');
const started = performance.now();
const rows = await (spool === undefined ? readAndForget(programs) : backfill(programs, spool));
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage();
const processorSeconds = (user + system) / 1e6;
console.log(JSON.stringify({ rows, seconds, processorSeconds, startMb, peakMb: peakMb('self') }));
