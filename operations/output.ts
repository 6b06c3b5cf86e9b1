/** How a command of an operator ends. */
export const exitCodes = { holds: 0, differences: 1, couldNotCheck: 2 } as const;

/** The command was called in a way that it does not take, or something that it needs is not there. */
export class CommandError extends Error {
  override name = 'CommandError';
}

/**
 * Runs a command: its result is the exit code, and whatever it throws is told in a line.
 *
 * Results go to standard output, a JSON text a line (or text for people); what happens meanwhile goes to standard error.
 */
export async function runCommand(name: string, work: () => Promise<number>): Promise<void> {
  try {
    process.exitCode = await work();
  } catch (error) {
    const plain = error instanceof CommandError;
    const message =
      error instanceof Error ? (plain ? error.message : `${error.name}: ${error.message}`) : String(error);
    process.stderr.write(`${name}: ${message}\n`);
    process.exitCode = exitCodes.couldNotCheck;
  }
}

export const printLine = (line: string) => void process.stdout.write(`${line}\n`);
export const printJson = (value: unknown) => printLine(JSON.stringify(value));
export const sayProgress = (line: string) => void process.stderr.write(`${line}\n`);

/** Figures as text for people: `seconds 3, jobs 1`. */
export const figuresText = (figures: Record<string, unknown>): string =>
  Object.entries(figures)
    .map(([name, value]) => `${name} ${String(value)}`)
    .join(', ') || 'nothing';
