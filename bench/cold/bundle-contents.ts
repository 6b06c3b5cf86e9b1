import { build, type Metafile } from 'esbuild';
import { bundleOptions } from '@keystone/cdk/bundling.ts';
import type { FunctionName } from '@keystone/shared/contracts/environment.ts';

export interface BundleContents {
  bytes: number;
  /** Bytes by package, or by folder of this repository, largest first. */
  parts: [name: string, bytes: number][];
}

/** Each function's bundle, built as for a deployment, and what fills it. */
export async function bundleContents(
  folder: string,
  names: readonly FunctionName[],
): Promise<Map<FunctionName, BundleContents>> {
  const { metafile } = await build({ ...bundleOptions(folder, names), metafile: true });
  return new Map(names.map((name) => [name, contentsOf(metafile, name)]));
}

/** What a function's output in a metafile holds. */
export function contentsOf({ outputs }: Metafile, name: string): BundleContents {
  const [, output] = Object.entries(outputs).find(([path]) => path.endsWith(`/${name}/index.mjs`)) ?? [];
  if (!output) throw new Error(`${name} has no bundle`);
  const parts = new Map<string, number>();
  for (const [path, { bytesInOutput }] of Object.entries(output.inputs))
    parts.set(partOf(path), (parts.get(partOf(path)) ?? 0) + bytesInOutput);
  return { bytes: output.bytes, parts: [...parts].sort(([, a], [, b]) => b - a) };
}

const PACKAGES = 'node_modules/';

function partOf(path: string): string {
  const at = path.lastIndexOf(PACKAGES);
  if (at < 0) return path.split('/')[0] ?? path;
  const [scope = '', name = ''] = path.slice(at + PACKAGES.length).split('/');
  return scope.startsWith('@') ? `${scope}/${name}` : scope;
}
