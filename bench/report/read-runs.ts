import { summarySchema, type Summary } from '../figures/figure.ts';

/** A file holds no finished run, or something that no bench printed. */
export class RunFileError extends Error {
  override name = 'RunFileError';
}

/**
 * The summaries in what runs printed. npm's own lines (`> …`) and empty ones are passed over.
 *
 * @throws RunFileError where a line is no JSON, a summary can't be read, or there is none
 */
export function readRuns(file: string, text: string): Summary[] {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('>'));
  const runs = lines.flatMap((line): Summary[] => {
    const parsed = parse(file, line);
    if (typeof parsed !== 'object' || parsed === null || !('summary' in parsed)) return [];
    const summary = summarySchema.safeParse(parsed);
    if (summary.success) return [summary.data];
    throw new RunFileError(`${file}: a summary can't be read: ${summary.error.message}`);
  });
  if (runs.length === 0) throw new RunFileError(`${file} holds no summary: that run did not finish`);
  return runs;
}

function parse(file: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw new RunFileError(`${file}: no bench printed this line: ${line.slice(0, 80)}`);
  }
}
