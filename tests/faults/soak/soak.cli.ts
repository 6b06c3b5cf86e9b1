import { appendFileSync } from 'node:fs';
import { readArguments } from './read-arguments.ts';
import { runSoak } from './run-soak.ts';

/**
 * npm run soak -- [--minutes N] [--seed S] [--json FILE]: the product on a real Slurm under mixed load and faults; JSON lines,
 * the last one the summary. Ends with 0 only if all was charged exactly once and nothing else went wrong.
 */
const interruption = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const)
  process.once(signal, () => interruption.abort(new Error('interrupted')));

async function main(): Promise<boolean> {
  const { json, ...wanted } = readArguments(process.argv.slice(2), (Date.now() % 1_000_000_000) + 1);
  const print = (line: object) => {
    const text = `${JSON.stringify(line)}\n`;
    process.stdout.write(text);
    if (json !== undefined) appendFileSync(json, text);
  };
  try {
    const summary = await runSoak({ ...wanted, signal: interruption.signal }, print);
    print(summary);
    return summary.ok;
  } catch (error) {
    const { message } = interruption.signal.aborted ? { message: 'interrupted' } : asError(error);
    print({ type: 'summary', ok: false, ...wanted, couldNotBeCarriedOut: message });
    return false;
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));

process.exitCode = (await main().catch((error: unknown) => void console.error(asError(error).message)))
  ? 0
  : 1;
