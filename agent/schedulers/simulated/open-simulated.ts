import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import * as z from 'zod';
import { mkdir } from 'node:fs/promises';
import { reasonOf } from '../../log/log.ts';
import { lockInstance } from '../../state/instance-lock.ts';
import { nodeDisk } from '../../state/node-disk.ts';
import { SchedulerRefused } from '../scheduler-errors.ts';
import { simulationConfigSchema, type SimulationConfig } from './simulation-config.ts';
import { SimulatedScheduler } from './simulated-scheduler.ts';

export interface SimulatedOptions {
  readonly config: SimulationConfig;
  /** Where its state lives. One process at a time keeps it. */
  readonly folder: string;
  /** Unix milliseconds; the clock of this machine where it is left out. */
  readonly now?: () => number;
  /** With `look` nothing is written, and it may be open elsewhere. */
  readonly purpose?: 'run' | 'look';
}

/** A simulated cluster in a folder of its own. Nothing is read or written before it is asked something. */
export function openSimulated({
  config,
  folder,
  now = Date.now,
  purpose = 'run',
}: SimulatedOptions): SimulatedScheduler {
  return new SimulatedScheduler({
    config,
    disk: nodeDisk(folder),
    now,
    keep: purpose === 'run',
    claim: async () => {
      await mkdir(folder, { recursive: true, mode: 0o700 });
      return lockInstance(folder);
    },
  });
}

/**
 * The simulation that a file describes; its state lies beside the file.
 *
 * @throws SchedulerRefused where the file is no such description
 */
export function openSimulationFile(file: string, purpose: 'run' | 'look'): SimulatedScheduler {
  const path = resolve(file);
  return openSimulated({ config: readSimulationFile(path), folder: simulationFolder(path), purpose });
}

/** `cluster.json` keeps its state in `cluster.state/`. */
export function simulationFolder(file: string): string {
  const path = resolve(file);
  return resolve(dirname(path), `${path.slice(dirname(path).length + 1).replace(/\.json$/, '')}.state`);
}

/** @throws SchedulerRefused where the file can't be read or says what no simulation takes */
export function readSimulationFile(file: string): SimulationConfig {
  try {
    return simulationConfigSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : reasonOf(error);
    throw new SchedulerRefused(`${file} describes no simulation: ${why}`);
  }
}
