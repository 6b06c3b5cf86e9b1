import { readFileSync } from 'node:fs';

/** What Slurm 22.05 answered, recorded by tests/schedulers/record-slurm-fixtures.cli.ts. */
export const fixture = (name: string): string =>
  readFileSync(new URL(`fixtures/22.05/${name}`, import.meta.url), 'utf8');
