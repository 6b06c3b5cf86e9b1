import { parseArgs } from 'node:util';
import { benches } from './benches.ts';
import { benchNames, type BenchName } from './figures/figure.ts';

export const usage = `npm run bench -- NAME [--size N]: prints JSON lines; the last one is the summary
${Object.entries(benches)
  .map(([name, { about, counts, size }]) => `  ${name.padEnd(8)} ${about} (N ${counts}, ${size.standard})`)
  .join('\n')}
npm run bench -- report FILE…: makes docs/performance.md from what runs printed (npm run -s bench -- NAME > FILE)
Each starts what it needs on loopback, and ends it.`;

/** What was asked for can't be done; the message is for whoever typed it. */
export class UsageError extends Error {
  override name = 'UsageError';
}

export type Command =
  | { command: 'help' }
  | { command: 'report'; files: string[] }
  | { command: 'bench'; name: BenchName; size: number };

/** @throws UsageError */
export function readCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  const [name, ...files] = positionals;
  if (values.help) return { command: 'help' };
  if (name === 'report') return { command: 'report', files };
  const bench = benchNames.find((known) => known === name);
  if (!bench || files.length > 0)
    throw new UsageError(`which bench? one of ${benchNames.join(', ')}\n${usage}`);
  return { command: 'bench', name: bench, size: sizeOf(bench, values.size) };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { size: { type: 'string' }, help: { type: 'boolean', short: 'h', default: false } },
    });
  } catch (error) {
    throw new UsageError(`${error instanceof Error ? error.message : String(error)}\n${usage}`);
  }
}

function sizeOf(name: BenchName, asked: string | undefined): number {
  const { standard, least, most } = benches[name].size;
  if (asked === undefined) return standard;
  const size = Number(asked);
  if (!/^\d+$/.test(asked) || size < least || size > most)
    throw new UsageError(`--size of ${name} wants a whole number from ${least} to ${most}, not "${asked}"`);
  return size;
}
