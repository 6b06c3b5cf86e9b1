import { join } from 'node:path';
import { build } from 'esbuild';

/** The text of the inline script with which pages ask for what they show before the site's own scripts are there. */
export async function buildEarlyScript(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [join(import.meta.dirname, '../early/early.script.ts')],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    write: false,
    logLevel: 'silent',
  });
  const text = outputFiles[0]?.text.trim();
  if (!text) throw new Error('The script that reads early came out empty.');
  return text;
}
