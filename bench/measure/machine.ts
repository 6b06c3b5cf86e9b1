import { cpus, loadavg, totalmem } from 'node:os';
import type * as z from 'zod';
import type { machineSchema } from '../figures/figure.ts';

export function machine(): z.infer<typeof machineSchema> {
  const [first] = cpus();
  return {
    cpu: first?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    node: process.version,
  };
}

/** The one-minute load average: what others did on the machine shows in it. */
export const loadNow = () => Math.round((loadavg()[0] ?? 0) * 100) / 100;
