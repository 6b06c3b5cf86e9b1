import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { cp, glob, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { withPolicy } from './content-security-policy.ts';
import { buildEarlyScript } from './early-script.ts';
import { withInlineStyles } from './inline-styles.ts';

const site = resolve(import.meta.dirname, '..');
const LONGEST_BUILD_MS = 10 * 60_000;

/**
 * Builds the static site into a folder, whose former content is replaced.
 *
 * @throws Error with the build's own words where it fails
 */
export async function buildSite({ outDir }: { outDir: string }): Promise<void> {
  await runNextBuild();
  const exported = join(site, 'out');
  const readStyles = (href: string) => readFileSync(join(exported, href), 'utf8');
  for await (const page of glob('**/*.html', { cwd: exported })) {
    const path = join(exported, page);
    await writeFile(path, withPolicy(withInlineStyles(await readFile(path, 'utf8'), readStyles)));
  }
  await rm(outDir, { recursive: true, force: true });
  await cp(exported, outDir, { recursive: true });
}

async function runNextBuild(): Promise<void> {
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next');
  const child = spawn(process.execPath, [next, 'build'], {
    cwd: site,
    env: {
      ...process.env,
      NODE_ENV: 'production',
      NEXT_TELEMETRY_DISABLED: '1',
      // pages/_document.tsx puts it into the pages.
      EARLY_SCRIPT: await buildEarlyScript(),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: LONGEST_BUILD_MS,
  });
  const said: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => said.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  const code = await new Promise<number | null>((done, failed) =>
    child.once('error', failed).once('close', done),
  );
  if (code !== 0)
    throw new Error(`The site could not be built (next build ended with ${code}):\n${said.join('')}`);
}

/** `node frontend/build/build-site.ts --out FOLDER`, or the folder in OUT_DIR. */
if (import.meta.main) {
  const { values } = parseArgs({ options: { out: { type: 'string' } } });
  const folder = values.out ?? process.env['OUT_DIR'];
  if (!folder) throw new Error('Name the folder to build into: --out FOLDER, or OUT_DIR.');
  await buildSite({ outDir: resolve(folder) });
  console.log(`The site is in ${resolve(folder)}.`);
}
