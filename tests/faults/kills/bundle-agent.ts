import { build } from 'esbuild';
import { join } from 'node:path';

/** The agent to be killed as one file, which starts in a tenth of the time that its sources take. @returns its path */
export async function bundleAgent(folder: string): Promise<string> {
  const outfile = join(folder, 'doomed-agent.mjs');
  await build({
    entryPoints: [join(import.meta.dirname, 'doomed-agent.process.ts')],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    target: 'node24',
    logLevel: 'warning',
  });
  return outfile;
}
