import {
  closeSync,
  existsSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import * as z from 'zod';

const certificateSchema = z.object({
  pem: z.string(),
  status: z.enum(['ACTIVE', 'INACTIVE', 'REVOKED']),
  created: z.int(),
  modified: z.int(),
  policies: z.array(z.string()),
  things: z.array(z.string()),
});

const stateSchema = z.object({
  /** The broker's port, which enrolled devices were told. */
  mqttPort: z.int().nullable(),
  things: z.record(
    z.string(),
    z.object({ id: z.string(), attributes: z.record(z.string(), z.string()), version: z.int() }),
  ),
  certificates: z.record(z.string(), certificateSchema),
});

export type IotState = z.infer<typeof stateSchema>;
export type CertificateStatus = IotState['certificates'][string]['status'];

export interface StateFile {
  readonly state: IotState;
  /** Writes the state; what was answered after it outlives a crash. */
  save(): void;
}

/** Opens the registry's file, or starts an empty one. */
export const openStateFile = (path: string): StateFile => {
  const state = existsSync(path) ? readState(path) : { mqttPort: null, things: {}, certificates: {} };
  return { state, save: () => replaceFile(path, JSON.stringify(state, null, 2)) };
};

const readState = (path: string): IotState => {
  const parsed = stateSchema.safeParse(JSON.parse(readFileSync(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new Error(`${path} is no IoT registry (${z.prettifyError(parsed.error)}); restore it or remove it`);
};

/** The old bytes or the new, never a part: the rename comes after the new bytes are on the disk. */
const replaceFile = (path: string, text: string): void => {
  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(`${path}.new`, 'w', 0o600);
  try {
    writeSync(file, text);
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
  renameSync(`${path}.new`, path);
};
