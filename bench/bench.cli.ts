import { benches } from './benches.ts';
import type { BenchName, Figure, Summary } from './figures/figure.ts';
import { loadNow, machine } from './measure/machine.ts';
import { rounded } from './measure/statistics.ts';
import { UndoStack } from './measure/undo-stack.ts';
import { readCommand, usage, UsageError } from './read-command.ts';
import { writeReport } from './report/write-report.ts';

async function measure(name: BenchName, size: number): Promise<Summary> {
  const undo = new UndoStack();
  undo.onSignals();
  const started = new Date();
  const before = loadNow();
  const print = (line: Readonly<Record<string, unknown>>) =>
    console.log(JSON.stringify({ bench: name, load: loadNow(), ...readable(line) }));
  let figures: Figure[];
  try {
    const bench = await benches[name].load();
    figures = await bench({ size, print, undo: (step) => undo.push(step) });
  } finally {
    await undo.run();
  }
  return {
    summary: true,
    bench: name,
    size,
    started: started.toISOString(),
    seconds: Math.round((Date.now() - started.getTime()) / 1000),
    load: { before, after: loadNow() },
    machine: machine(),
    figures: figures.map(({ value, floor, ...figure }) => ({
      ...figure,
      value: rounded(value),
      ...(floor !== undefined && { floor: rounded(floor) }),
    })),
  };
}

/** Numbers of a line as a person reads them. */
const readable = (line: Readonly<Record<string, unknown>>) =>
  Object.fromEntries(
    Object.entries(line).map(([name, value]) => [
      name,
      typeof value === 'number' && !Number.isInteger(value) ? rounded(value) : value,
    ]),
  );

try {
  const asked = readCommand(process.argv.slice(2));
  if (asked.command === 'help') console.log(usage);
  else if (asked.command === 'report') console.log(`written: ${await writeReport(asked.files)}`);
  else console.log(JSON.stringify(await measure(asked.name, asked.size)));
} catch (error) {
  // A run that failed has no figure.
  const shown = error instanceof Error && !(error instanceof UsageError) ? error.stack : undefined;
  console.error(`bench: ${shown ?? (error instanceof Error ? error.message : String(error))}`);
  process.exitCode = 1;
}
