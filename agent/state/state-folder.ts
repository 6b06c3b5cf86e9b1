import { chmod, mkdir, stat } from 'node:fs/promises';
import * as z from 'zod';
import { agentConfigSchema, type AgentConfig } from './agent-config.ts';
import type { Disk } from './disk.ts';

/** Names of what enrolment leaves. The configuration is written last: where it is, the rest is too. */
const CONFIG = 'config.json';
const KEY = 'key.pem';
const CERTIFICATE = 'certificate.pem';
const BROKER_CA = 'broker-ca.pem';

/** The state folder does not hold what a command needs; the message says how to mend it. */
export class StateFolderError extends Error {
  override readonly name = 'StateFolderError';
}

export interface Enrolment {
  config: AgentConfig;
  key: string;
  certificate: string;
  /** Empty where the system's own store knows the broker's authority. */
  brokerCa: string;
}

/** Makes the folder, for the agent's user alone. */
export async function makeStateFolder(path: string): Promise<void> {
  await mkdir(path, { recursive: true, mode: 0o700 });
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) await chmod(path, 0o700);
}

/** @returns the configuration, or undefined where nothing was enrolled here */
export async function readConfig(disk: Disk): Promise<AgentConfig | undefined> {
  const bytes = await disk.read(CONFIG);
  if (!bytes) return undefined;
  try {
    return agentConfigSchema.parse(JSON.parse(Buffer.from(bytes).toString('utf8')));
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof z.ZodError)) throw cause;
    const message = `${CONFIG} in the state folder can't be read; enrol anew with keystone-agent enrol --force`;
    throw new StateFolderError(message, { cause });
  }
}

/** @throws StateFolderError where nothing, or not all, was enrolled here */
export async function readEnrolment(disk: Disk): Promise<Enrolment> {
  const config = await readConfig(disk);
  if (!config)
    throw new StateFolderError('not enrolled here yet; run keystone-agent enrol (--help says how)');
  return {
    config,
    key: await readText(disk, KEY),
    certificate: await readText(disk, CERTIFICATE),
    brokerCa: await readText(disk, BROKER_CA),
  };
}

export async function writeEnrolment(disk: Disk, enrolment: Enrolment): Promise<void> {
  await disk.replace(KEY, Buffer.from(enrolment.key));
  await disk.replace(CERTIFICATE, Buffer.from(enrolment.certificate));
  await disk.replace(BROKER_CA, Buffer.from(enrolment.brokerCa));
  await disk.replace(CONFIG, Buffer.from(`${JSON.stringify(enrolment.config, null, 2)}\n`));
}

async function readText(disk: Disk, name: string): Promise<string> {
  const bytes = await disk.read(name);
  if (!bytes) throw new StateFolderError(`${name} is missing; enrol anew with keystone-agent enrol --force`);
  return Buffer.from(bytes).toString('utf8');
}
