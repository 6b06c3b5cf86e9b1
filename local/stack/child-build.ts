import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  globSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from 'node:fs';
import { join } from 'node:path';
import { withBuildLock } from './build-lock.ts';

export const root = join(import.meta.dirname, '../..');

/** A build that the stack runs in a process of its own, and keeps by the content of its sources. */
export interface ChildBuild {
  name: string;
  /** Globs of the sources, from the repository's root. */
  sources: readonly string[];
  /** Arguments of node; the folder to fill comes as OUT_DIR (and as CDK_OUTDIR, which the CDK reads). */
  args: readonly string[];
  env?: Readonly<Record<string, string>>;
  /** Where finished builds are kept. */
  folder: string;
  log: (line: string) => void;
}

const MINUTES_ALLOWED = 10;

/** Finished builds that are kept; a switch of branches finds its own again. */
const KEPT = 5;

/** The build's output folder: built now, or kept from an earlier start with the same sources. @throws Error with the build's last lines */
export async function childBuild(build: ChildBuild): Promise<string> {
  const finished = join(build.folder, digestOf(build.sources));
  if (!existsSync(finished))
    await withBuildLock(join(build.folder, 'lock'), () => buildInto(build, finished));
  utimesSync(finished, new Date(), new Date());
  return finished;
}

async function buildInto(build: ChildBuild, finished: string): Promise<void> {
  if (existsSync(finished)) return;
  build.log(`building ${build.name} …`);
  const unfinished = `${finished}.building`;
  rmSync(unfinished, { recursive: true, force: true });
  await run(build, unfinished);
  renameSync(unfinished, finished);
  const builds = readdirSync(build.folder).filter((name) => /^[0-9a-f]+$/.test(name));
  const usedAt = (name: string) => statSync(join(build.folder, name)).mtimeMs;
  for (const old of builds.sort((a, b) => usedAt(b) - usedAt(a)).slice(KEPT))
    rmSync(join(build.folder, old), { recursive: true, force: true });
}

function run(build: ChildBuild, out: string): Promise<void> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ...build.args], {
    cwd: root,
    env: { ...process.env, ...build.env, OUT_DIR: out, CDK_OUTDIR: out },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: MINUTES_ALLOWED * 60_000,
  });
  let said = '';
  const keep = (chunk: Buffer) => {
    said = (said + chunk.toString()).slice(-4000);
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === 0) return resolve();
      reject(new Error(`building ${build.name} failed (${signal ?? code}):\n${said.trim()}`));
    });
  });
}

function digestOf(sources: readonly string[]): string {
  const hash = createHash('sha256');
  const skipped = new Set(['node_modules', '.next', 'out', 'dist']);
  const files = sources.flatMap((pattern) =>
    globSync(pattern, { cwd: root, exclude: (name) => skipped.has(name) }),
  );
  for (const file of files.filter((name) => /\.\w+$/.test(name) && !/\.test\.tsx?$/.test(name)).sort()) {
    hash
      .update(file)
      .update('\0')
      .update(readFileSync(join(root, file)));
  }
  return hash.digest('hex').slice(0, 20);
}
