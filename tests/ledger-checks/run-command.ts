import * as z from 'zod';
import { Child } from '../support/child.ts';

const lineSchema = z.looseObject({ type: z.string().optional() });
export type OutputLine = z.infer<typeof lineSchema>;

export interface Ran {
  code: number | string;
  /** Lines of JSON, the summary apart. */
  findings: OutputLine[];
  summary: OutputLine | undefined;
  said: string;
}

/** Runs a command of an operator to its end. */
export async function runCommand(
  name: 'ledger-verify' | 'ledger-reconcile' | 'quarantine' | 'dead-letters',
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran> {
  const child = new Child(`operations/${name}.cli.ts`, args, env);
  const code = await child.ended();
  const lines = child.said
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => lineSchema.parse(JSON.parse(line)));
  return {
    code,
    findings: lines.filter(({ type }) => type !== 'summary'),
    summary: lines.find(({ type }) => type === 'summary'),
    said: child.said,
  };
}
