import { becomeSmall } from '../start/small-process.ts';

/** Says what it became: `node small.process.ts FOLDER`. */
const [folder = ''] = process.argv.slice(2);
await becomeSmall({ script: import.meta.filename, folder, load: () => import('../clock/clock.ts') });
const { systemClock } = await import('../clock/clock.ts');
/** Node's own modules that were loaded; its compiler of TypeScript is amaro. */
const modules: unknown = Reflect.get(process, 'moduleLoadList');
console.log(
  JSON.stringify({
    pid: process.pid,
    flags: process.execArgv,
    compiled: Array.isArray(modules) && modules.some((name) => String(name).includes('amaro')),
    told: Object.keys(process.env).filter((name) => name.startsWith('KEYSTONE_')),
    after: systemClock.now() > 0,
  }),
);
