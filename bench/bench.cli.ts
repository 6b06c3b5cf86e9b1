import { parseArgs } from 'node:util';
import { benchAward } from './award-to-limit.ts';
import { benchCharge } from './job-to-balance.ts';
import { machine } from './statistics.ts';

const benches = {
  award: { run: benchAward, size: 20, most: 500 },
  charge: { run: benchCharge, size: 10, most: 200 },
} as const;

const usage = `npm run bench -- NAME [--size N]: prints JSON lines; the last one is the summary
  award    award decided -> limit enforced by slurmctld (N awards, 20)
  charge   job's last command -> balance in the API (N jobs, 10)
Both start a stack, a real Slurm and an agent of their own, on loopback, and end them.`;

function isBench(name: string | undefined): name is keyof typeof benches {
  return name !== undefined && Object.hasOwn(benches, name);
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { size: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
  });
  const [name] = positionals;
  if (values.help) return console.log(usage);
  if (!isBench(name)) throw new Error(`which bench? ${Object.keys(benches).join(', ')}\n${usage}`);
  const { run, size, most } = benches[name];
  const wanted = values.size === undefined ? size : Number(values.size);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > most)
    throw new Error(`--size wants a whole number from 1 to ${most}`);
  const started = new Date().toISOString();
  const summary = await run(wanted, (line) => console.log(JSON.stringify(line)));
  console.log(JSON.stringify({ bench: name, summary, size: wanted, started, machine: machine() }));
}

try {
  await main();
} catch (error) {
  // A run that failed has no figure.
  console.error(`bench: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}
